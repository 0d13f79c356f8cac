# ruff: noqa: E501 - a row is one line, however long its formula is
"""What a teacher sees on every bundled problem beyond dense layers: a line, what was done, the wrong formula.

Written by hand before the search was opened; `THIRD` was looked at while the search was mended.
"""

THIRD = {
    "38-squared-norm": """
q1 | the matrix transposed | W1_1*x1 + W2_1*x2
q2 | the first row again | W1_1*x1 + W1_2*x2
q1 | the diagonal only | W1_1*x1
q2 | a sign lost | -W2_1*x1 + W2_2*x2
f | the norm and not its square | sqrt(q1^2 + q2^2)
f | the sum squared | (q1 + q2)^2
f | with a half | (q1^2 + q2^2)/2
f | product of the two | q1*q2
f | one square forgotten | q1^2 + q2
df/dq2 | the two forgotten | q2
df/dq1 | the square again | q1^2
df/dx1 | W for its transpose | df/dq1*W1_1 + df/dq2*W1_2
df/dx2 | only the first path | df/dq1*dq1/dx2
df/dx2 | no chain | dq1/dx2 + dq2/dx2
df/dx1 | the input besides | (df/dq1*dq1/dx1 + df/dq2*dq2/dx1)*x1
df/dx2 | errors exchanged | df/dq2*dq1/dx2 + df/dq1*dq2/dx2
df/dW1_2 | transposed outer product | df/dq2*x1
df/dW1_2 | the weight for the input | df/dq1*W1_2
df/dW2_1 | q without two | q2*x1
df/dW2_2 | q for its gradient, other input | df/dq2*x1
""",
    "39-matrix-attention": """
Q2_1 | the token of the other row | X1_1*WQ1_1 + X1_2*WQ2_1
Q2_2 | the weights transposed | X2_1*WQ2_1 + X2_2*WQ2_2
K1_2 | the query's weights | X1_1*WQ1_2 + X1_2*WQ2_2
V2_2 | only the diagonal | X2_2*WV2_2
S1_1 | no root | Q1_1*K1_1 + Q1_2*K1_2
S1_2 | K not transposed | (Q1_1*K1_2 + Q1_2*K2_2)/sqrt(2)
S1_2 | by d and not its root | (Q1_1*K2_1 + Q1_2*K2_2)/2
S1_1 | the query with itself | (Q1_1*Q1_1 + Q1_2*Q1_2)/sqrt(2)
A1_1 | by the columns | exp(S1_1)/(exp(S1_1) + exp(S2_1))
A1_2 | of the other score | exp(S1_1)/(exp(S1_1) + exp(S1_2))
A1_1 | over all four | exp(S1_1)/(exp(S1_1) + exp(S1_2) + exp(S2_1) + exp(S2_2))
A1_2 | the exponential only | exp(S1_2)
A1_1 | sigmoid of the score | sigmoid(S1_1)
O1_2 | A transposed | A1_1*V1_2 + A2_1*V2_2
O1_1 | scores for weights | S1_1*V1_1 + S1_2*V2_1
O2_2 | V transposed | A2_1*V2_1 + A2_2*V2_2
O1_2 | the keys | A1_1*K1_2 + A1_2*K2_2
L | no half | (O1_1 - T1_1)^2 + (O1_2 - T1_2)^2 + (O2_1 - T2_1)^2 + (O2_2 - T2_2)^2
L | the mean of four | ((O1_1 - T1_1)^2 + (O1_2 - T1_2)^2 + (O2_1 - T2_1)^2 + (O2_2 - T2_2)^2)/4
L | the first row | 1/2*((O1_1 - T1_1)^2 + (O1_2 - T1_2)^2)
dL/dO1_2 | two left over | 2*(O1_2 - T1_2)
dL/dO1_2 | the sign | T1_2 - O1_2
dL/dA1_2 | the other row of V | dL/dO1_1*V1_1 + dL/dO1_2*V1_2
dL/dA1_1 | V transposed | dL/dO1_1*V1_1 + dL/dO1_2*V2_1
dL/dA1_2 | one column left out | dL/dO1_1*dO1_1/dA1_2
dA1_1/dS1_2 | the diagonal's | A1_1*(1 - A1_1)
dA1_2/dS1_2 | no slope, the weight | A1_2
dA1_1/dS1_2 | sign | A1_1*A1_2
dL/dS1_2 | diagonal only | dL/dA1_2*dA1_2/dS1_2
dL/dS1_1 | the others with plus | dL/dA1_1*A1_1*(1 - A1_1) + dL/dA1_2*A1_1*A1_2
dL/dS1_1 | the mean not subtracted | dL/dA1_1*A1_1
dL/dV2_2 | A for its transpose | dL/dO1_2*A2_1 + dL/dO2_2*A2_2
dL/dV2_2 | first row only | dL/dO1_2*dO1_2/dV2_2
dL/dV1_1 | the weights by hand of the other token | dL/dO1_1*A1_2 + dL/dO2_1*A2_2
dL/dK2_2 | no root | dL/dS1_2*Q1_2 + dL/dS2_2*Q2_2
dL/dK2_1 | keys | dL/dS1_2*K1_1/sqrt(2) + dL/dS2_2*K2_1/sqrt(2)
dL/dK1_1 | S not transposed | dL/dS1_1*Q1_1/sqrt(2) + dL/dS1_2*Q2_1/sqrt(2)
dL/dQ2_2 | a token forgotten | dL/dS2_1*dS2_1/dQ2_2
dL/dQ1_1 | other columns | dL/dS1_1*K1_2/sqrt(2) + dL/dS1_2*K2_2/sqrt(2)
dL/dX1_1 | queries only | dL/dQ1_1*dQ1_1/dX1_1 + dL/dQ1_2*dQ1_2/dX1_1
dL/dX1_2 | values left out | dL/dQ1_1*dQ1_1/dX1_2 + dL/dQ1_2*dQ1_2/dX1_2 + dL/dK1_1*dK1_1/dX1_2 + dL/dK1_2*dK1_2/dX1_2
dL/dWQ2_1 | the first token's gradient | dL/dQ1_1*X2_2
dL/dWK2_1 | both from the same token | dL/dK1_1*X1_2 + dL/dK2_1*X1_2
dL/dWV2_2 | the output's error | dL/dO1_2*X1_2 + dL/dO2_2*X2_2
WV2_2_new | up | WV2_2 + eta*dL/dWV2_2
WK1_2_new | gradient of the query's | WK1_2 - eta*dL/dWQ1_2
WQ2_2_new | no rate | WQ2_2 - dL/dWQ2_2
""",
    "40-recurrent": """
net_h2 | outputs added | w*(x2 + out_h1)
net_h3 | no tanh before | w*x3 + u*net_h2
net_h3 | two steps back | w*x3 + u*out_h1
net_h2 | minus | w*x2 - u*out_h1
out_h1 | derivative | 1 - tanh(net_h1)^2
out_h2 | of its exponentials, denominator once | (exp(net_h2) - exp(-net_h2))/exp(net_h2)
net_yb3 | the other output's weight | v1*out_h3
net_ya3 | not through tanh | v1*net_h3
out_yb2 | not the exponential | net_yb2/(net_ya2 + net_yb2)
out_yb3 | turned | exp(net_yb3)/exp(net_ya3)
E | the wrong classes | -(t_ya1*ln(out_yb1) + t_yb1*ln(out_ya1) + t_ya2*ln(out_yb2) + t_yb2*ln(out_ya2) + t_ya3*ln(out_yb3) + t_yb3*ln(out_ya3))
E | no logarithm | -(t_ya1*out_ya1 + t_yb2*out_yb2 + t_ya3*out_ya3)
E | plus | ln(out_ya1) + ln(out_yb2) + ln(out_ya3)
E | log to base ten | -(log10(out_ya1) + log10(out_yb2) + log10(out_ya3))
delta_h3 | sigmoid's slope | (delta_ya3*v1 + delta_yb3*v2)*out_h3*(1 - out_h3)
delta_h3 | slope before the sum | delta_ya3*v1 + delta_yb3*v2*(1 - out_h3^2)
delta_h3 | as if a next step existed | (delta_ya3*v1 + delta_yb3*v2 + delta_ya3*u)*(1 - out_h3^2)
delta_h2 | outputs only | (delta_ya2*v1 + delta_yb2*v2)*(1 - out_h2^2)
delta_h2 | all with the recurrent weight | (delta_h3 + delta_ya2*v1 + delta_yb2*v2)*u*(1 - out_h2^2)
delta_h2 | the outputs of the last step | (delta_h3*u + delta_ya3*v1 + delta_yb3*v2)*(1 - out_h2^2)
delta_h1 | two slopes | (delta_h2*u*(1 - out_h2^2) + delta_ya1*v1 + delta_yb1*v2)*(1 - out_h1^2)
delta_h1 | no output of its own | delta_h2*u*(1 - out_h1^2)
delta_h1 | one plus | (delta_h2*u + delta_ya1*v1 + delta_yb1*v2)*(1 + out_h1^2)
dE/dv1 | net inputs | delta_ya1*net_h1 + delta_ya2*net_h2 + delta_ya3*net_h3
dE/dv2 | moved by a step | delta_yb2*out_h1 + delta_yb3*out_h2
dE/dv1 | sums multiplied | (delta_ya1 + delta_ya2 + delta_ya3)*(out_h1 + out_h2 + out_h3)
dE/dw | hidden error of the last step for all | delta_h3*(x1 + x2 + x3)
dE/dw | the last is left out | delta_h1*x1 + delta_h2*x2
dE/du | the first error too | delta_h1*out_h1 + delta_h2*out_h2 + delta_h3*out_h3
dE/du | errors moved | delta_h1*out_h1 + delta_h2*out_h2
dE/du | weights for states | (delta_h2 + delta_h3)*u
w_new | rate over three | w - eta*dE/dw/3
u_new | the gradient only | eta*dE/du
v2_new | uphill | v2 + eta*dE/dv2
""",
    "41-lstm": """
net_f2 | first input twice | wf1*a2 + wf2*a2 + uf*out_h1 + bf
net_i2 | recurrent part twice | wi1*a2 + wi2*b2 + 2*ui*out_h1 + bi
net_o2 | bias forgotten | wo1*a2 + wo2*b2 + uo*out_h1
net_o2 | the other output weight | wo1*a2 + wo2*b2 + ua*out_h1 + bo
net_g2 | inputs swapped | wa1*b2 + wa2*a2 + ua*out_h1 + ba
out_f2 | step before | out_f1
out_i2 | no minus | 1/(1 + exp(net_i2))
out_o2 | identity | net_o2
c1 | the net input | out_i1*net_g1
c1 | forgets the input gate, has the forget gate | out_f1*out_g1
c2 | gates added first | (out_f2 + out_i2)*(c1 + out_g2)
c2 | the input gate of before | out_f2*c1 + out_i1*out_g2
c2 | output gate too | out_o2*(out_f2*c1 + out_i2*out_g2)
c2 | minus | out_f2*c1 - out_i2*out_g2
c2 | the forget gate turned | (1 - out_f2)*c1 + out_i2*out_g2
out_h2 | forget gate | out_f2*tanh(c2)
out_h2 | the sum | out_o2 + tanh(c2)
out_h2 | of the net input | net_o2*tanh(c2)
E_h2 | not squared | 1/2*(t_h2 - out_h2)
E | the second only | E_h2
E | mean of the two | (E_h1 + E_h2)/2
dE/dout_h2 | turned | t_h2 - out_h2
dE/dout_h2 | first step's target | out_h2 - t_h1
dE/dc2 | of the cell before | dE/dout_h2*out_o2*(1 - tanh(c1)^2)
dE/dc2 | the gate's slope | dE/dout_h2*out_o2*(1 - out_o2)*(1 - tanh(c2)^2)
dE/dc2 | sum with the cell | dE/dout_h2*out_o2 + (1 - tanh(c2)^2)
delta_f2 | the loss's gradient | dE/dout_h2*c1*out_f2*(1 - out_f2)
delta_f2 | slope at the net input | dE/dc2*c1*net_f2*(1 - net_f2)
delta_i2 | candidate left out | dE/dc2*out_i2*(1 - out_i2)
delta_i2 | tanh's slope | dE/dc2*out_g2*(1 - out_i2^2)
delta_g2 | square forgotten | dE/dc2*out_i2*(1 - out_g2)
delta_g2 | the candidate's own value | dE/dc2*out_g2*(1 - out_g2^2)
delta_o2 | without tanh and with c1 | dE/dout_h2*c1*out_o2*(1 - out_o2)
delta_o2 | slope of tanh for tanh | dE/dout_h2*(1 - tanh(c2)^2)*out_o2*(1 - out_o2)
dE/dout_h1 | two gates only | delta_f2*uf + delta_i2*ui + out_h1 - t_h1
dE/dout_h1 | sum of errors through one weight | (delta_f2 + delta_i2 + delta_g2 + delta_o2)*uf + out_h1 - t_h1
dE/dout_h1 | error of the second step | delta_f2*uf + delta_i2*ui + delta_g2*ua + delta_o2*uo + out_h2 - t_h2
dE/dc1 | the cell path times the slope | (dE/dout_h1*out_o1 + dE/dc2*out_f2)*(1 - tanh(c1)^2)
dE/dc1 | the output gate of the second step | dE/dout_h1*out_o2*(1 - tanh(c1)^2) + dE/dc2*out_f2
dE/dc1 | output gradient of step 2 | dE/dout_h2*out_o1*(1 - tanh(c1)^2) + dE/dc2*out_f2
delta_i1 | forget gate's | dE/dc1*out_g1*out_f1*(1 - out_f1)
delta_g1 | slope left out | dE/dc1*out_i1
delta_o1 | through the cell | dE/dc1*tanh(c1)*out_o1*(1 - out_o1)
delta_o1 | the second gradient | dE/dout_h2*tanh(c1)*out_o1*(1 - out_o1)
dE/dwi2 | inputs summed | (delta_i1 + delta_i2)*(b1 + b2)
dE/dwa1 | another gate | delta_i1*a1 + delta_i2*a2
dE/dwo2 | the last step only | delta_o2*b2
dE/dwo2 | first input | delta_o1*a1 + delta_o2*a2
dE/duo | the cell | delta_o2*c1
dE/dua | both errors | (delta_g1 + delta_g2)*out_h1
dE/dba | times the bias | (delta_g1 + delta_g2)*ba
dE/dbo | the first | delta_o1
wo2_new | no rate | wo2 - dE/dwo2
ba_new | the next gate's gradient | ba - eta*dE/dbo
""",
    "42-gru": """
net_r1 | bias with plus | wr*x1 + ur*h0 - br
net_z1 | reset gate's bias | wz*x1 + uz*h0 + br
net_r2 | input of step 1 | wr*x1 + ur*out_h1 + br
net_z2 | weights swapped | uz*x2 + wz*out_h1 + bz
net_n1 | gate on all | out_r1*(wn*x1 + un*h0) + bn
net_n2 | no recurrent weight | wn*x2 + out_r2*out_h1 + bn
net_n2 | gated twice | wn*x2 + out_r2*out_r2*un*out_h1 + bn
net_n2 | update gate | wn*x2 + out_z2*un*out_h1 + bn
out_n2 | net input kept | net_n2
out_z2 | tanh | tanh(net_z2)
out_h1 | product | out_z1*h0*(1 - out_z1)*out_n1
out_h1 | both kept | out_z1*h0 + out_z1*out_n1
out_h2 | gates of step one | out_z1*out_h1 + (1 - out_z1)*out_n2
out_h2 | minus | out_z2*out_h1 - (1 - out_z2)*out_n2
out_h2 | the candidate before | out_z2*out_h1 + (1 - out_z2)*out_n1
out_h2 | turned round | (1 - out_z2)*out_h1 + out_z2*out_n2
net_y | the candidate | v*out_n2
net_y | state before | v*out_h1
dE/dout_h2 | no weight | delta_y
delta_n2 | times the candidate | dE/dout_h2*(1 - out_z2)*out_n2*(1 - out_n2^2)
delta_n2 | square forgotten | dE/dout_h2*(1 - out_z2)*(1 - out_n2)
delta_n2 | slope of the gate | dE/dout_h2*out_z2*(1 - out_z2)*(1 - out_n2^2)
delta_r2 | the gradient of the state | dE/dout_h2*un*out_h1*out_r2*(1 - out_r2)
delta_r2 | the new state | delta_n2*un*out_h2*out_r2*(1 - out_r2)
delta_r2 | the gate once more | delta_n2*un*out_h1*out_r2*out_r2*(1 - out_r2)
delta_z2 | sum of the states | dE/dout_h2*(out_h1 + out_n2)*out_z2*(1 - out_z2)
delta_z2 | the initial state | dE/dout_h2*(h0 - out_n2)*out_z2*(1 - out_z2)
delta_z2 | reset gate's slope | dE/dout_h2*(out_h1 - out_n2)*out_r2*(1 - out_r2)
dE/dout_h1 | gates only | delta_r2*ur + delta_z2*uz
dE/dout_h1 | candidate's path forgotten | delta_r2*ur + delta_z2*uz + dE/dout_h2*out_z2
dE/dout_h1 | no recurrent weights | delta_r2 + delta_z2 + delta_n2*out_r2 + dE/dout_h2*out_z2
dE/dout_h1 | straight back without the gate | delta_r2*ur + delta_z2*uz + delta_n2*out_r2*un + dE/dout_h2
delta_n1 | the second gradient | dE/dout_h2*(1 - out_z1)*(1 - out_n1^2)
delta_n1 | gate of step two | dE/dout_h1*(1 - out_z2)*(1 - out_n1^2)
delta_r1 | no weight | delta_n1*h0*out_r1*(1 - out_r1)
delta_z1 | sign | dE/dout_h1*(out_n1 - h0)*out_z1*(1 - out_z1)
dE/dwz | mean | (delta_z1*x1 + delta_z2*x2)/2
dE/duz | the same state | delta_z1*h0 + delta_z2*h0
dE/dun | gates exchanged | delta_n1*out_r2*h0 + delta_n2*out_r1*out_h1
dE/dun | first step left out | delta_n2*out_r2*out_h1
dE/dbn | the second | delta_n2
un_new | another's gradient | un - eta*dE/dwn
wz_new | up | wz + eta*dE/dwz
""",
    "43-embedding": """
out_ea1 | the second row | cat_1
out_eb2 | first row | the_2
out_eb3 | the other column | the_1
net_y | first token twice | w1*out_ea1 + w2*out_eb1 + w3*out_ea1 + w4*out_eb1 + w5*out_ea3 + w6*out_eb3
net_y | the columns' weights crossed | w2*out_ea1 + w1*out_eb1 + w4*out_ea2 + w3*out_eb2 + w6*out_ea3 + w5*out_eb3
net_y | last token left out | w1*out_ea1 + w2*out_eb1 + w3*out_ea2 + w4*out_eb2
net_y | same weights at each place | w1*out_ea1 + w2*out_eb1 + w1*out_ea2 + w2*out_eb2 + w1*out_ea3 + w2*out_eb3
E | no half | (t_y - out_y)^2
dE/dout_eb2 | the entry | delta_y*out_eb2
dE/dout_eb3 | first weight of the column | delta_y*w2
dE/dw4 | another place | delta_y*out_eb3
dE/dw4 | the weight too | delta_y*w4*out_eb2
dE/dthe_1 | first occurrence overwritten | dE/dout_ea3
dE/dthe_2 | column of the other | dE/dout_ea1 + dE/dout_ea3
dE/dthe_2 | doubled | 2*dE/dout_eb1
dE/dthe_2 | product | dE/dout_eb1*dE/dout_eb3
dE/dcat_2 | all | dE/dout_eb1 + dE/dout_eb2 + dE/dout_eb3
dE/dcat_2 | shared by three | dE/dout_eb2/3
dE/dsat_1 | gets the others' | dE/dout_ea2
the_2_new | the first column's gradient | the_2 - eta*dE/dthe_1
cat_1_new | the mistake in sign | cat_1 + eta*dE/dcat_1
the_1_new | a gradient once | the_1 - eta*dE/dout_ea1
w4_new | no rate | w4 - dE/dw4
""",
    "44-attention": """
qb2 | key's weights | wk2*x2_1 + wk4*x2_2
ka2 | one feature | wk1*x2_1
va1 | the other token | wv1*x2_1 + wv3*x2_2
vb2 | columns swapped | wv3*x2_1 + wv4*x2_2
s11 | sum of queries times sum of keys | (qa1 + qb1)*(ka1 + kb1)/sqrt(2)
s12 | against the own key | (qa1*ka1 + qb1*kb1)/sqrt(2)
s12 | root of the head count forgotten and a half | (qa1*ka2 + qb1*kb2)/2
s11 | divided by two roots | (qa1*ka1 + qb1*kb1)/sqrt(2)/sqrt(2)
alpha11 | negative scores | exp(-s11)/(exp(-s11) + exp(-s12))
alpha12 | the rest inverted | exp(s11)/exp(s12)
alpha12 | of the second row | exp(s22)/(exp(s21) + exp(s22))
out_ya1 | not weighted | va1 + va2
out_yb1 | weights crossed | alpha12*vb1 + alpha11*vb2
out_yb1 | averaged | (vb1 + vb2)/2
out_yb2 | the first row's weights | alpha11*vb1 + alpha12*vb2
out_ya2 | the queries | alpha21*qa1 + alpha22*qa2
E_yb1 | not halved | (t_yb1 - out_yb1)^2
dE/dout_yb1 | turned | t_yb1 - out_yb1
dE/dalpha12 | the values swapped | dE/dout_ya1*vb2 + dE/dout_yb1*va2
dE/dalpha22 | output's value | dE/dout_ya2*out_ya2 + dE/dout_yb2*out_yb2
dE/dalpha21 | second row's other error | dE/dout_ya1*va1 + dE/dout_yb1*vb1
dE/ds11 | one minus forgotten | dE/dalpha11*alpha11 - dE/dalpha12*alpha12*alpha11
dE/ds12 | cross term has both gradients the same | -dE/dalpha12*alpha11*alpha12 + dE/dalpha12*alpha12*(1 - alpha12)
dE/ds12 | cross term left out | dE/dalpha12*alpha12*(1 - alpha12)
dE/ds21 | the weights of the first row | dE/dalpha21*alpha11*(1 - alpha11) - dE/dalpha22*alpha12*alpha11
dE/ds22 | weights only | dE/dalpha22*alpha22
dE/ds12 | slope at the score | dE/dalpha12*s12*(1 - s12) - dE/dalpha11*s11*s12
dE/dqb1 | times the root | dE/ds11*sqrt(2)*kb1 + dE/ds12*sqrt(2)*kb2
dE/dqa2 | weights for scores' gradients | alpha21*ka1/sqrt(2) + alpha22*ka2/sqrt(2)
dE/dqa2 | values for keys | dE/ds21*(1/sqrt(2))*va1 + dE/ds22*(1/sqrt(2))*va2
dE/dkb1 | its own query only | dE/ds11*(1/sqrt(2))*qb1
dE/dkb2 | transposed | dE/ds21*(1/sqrt(2))*qb1 + dE/ds22*(1/sqrt(2))*qb2
dE/dka2 | divided by two | dE/ds12*qa1/2 + dE/ds22*qa2/2
dE/dvb1 | values | dE/dout_yb1*vb1 + dE/dout_yb2*vb2
dE/dva2 | its row | dE/dout_ya1*alpha21 + dE/dout_ya2*alpha22
dE/dvb2 | the other column | dE/dout_ya1*alpha12 + dE/dout_ya2*alpha22
dE/dwq3 | first token twice | dE/dqa1*x1_2 + dE/dqa2*x1_2
dE/dwk4 | the other part's error | dE/dka1*x1_2 + dE/dka2*x2_2
dE/dwv2 | sum of errors | (dE/dvb1 + dE/dvb2)*(x1_1 + x2_1)
dE/dwv4 | mean | (dE/dvb1*x1_2 + dE/dvb2*x2_2)/2
wv4_new | twice the step | wv4 - 2*eta*dE/dwv4
wq3_new | query for key | wq3 - eta*dE/dwk3
""",
    "45-convolution-1d": """
net_y1 | last weight left out | k1*x1 + k2*x2 + b
net_y2 | the same window with stride two | k1*x3 + k2*x4 + k3*x5 + b
net_y3 | kernel flipped | k3*x3 + k2*x4 + k1*x5 + b
net_y3 | sum of window times middle weight | k2*(x3 + x4 + x5) + b
net_y2 | no kernel | x2 + x3 + x4 + b
E_y3 | not squared | 1/2*(t_y3 - out_y3)
E | the last | E_y3
delta_y2 | turned | t_y2 - out_y2
dE/dk1 | mean | (delta_y1*x1 + delta_y2*x2 + delta_y3*x3)/3
dE/dk3 | as of the first | delta_y1*x1 + delta_y2*x2 + delta_y3*x3
dE/dk2 | the whole input | (delta_y1 + delta_y2 + delta_y3)*(x2 + x3 + x4)
dE/dk2 | flipped errors | delta_y3*x2 + delta_y2*x3 + delta_y1*x4
dE/dk3 | only the last place | delta_y3*x5
dE/dk3 | outputs for errors | out_y1*x3 + out_y2*x4 + out_y3*x5
dE/db | absolute | abs(delta_y1) + abs(delta_y2) + abs(delta_y3)
dE/db | one | 1
dE/db | products | delta_y1*delta_y2*delta_y3
k1_new | minus the rate | k1 - eta
k3_new | neighbour's gradient | k3 - eta*dE/dk2
b_new | not stepped | b
b_new | no rate | b - dE/db
""",
    "46-convolution-2d": """
net_y1_1 | no bias | k1_1*x1_1 + k1_2*x1_2 + k2_1*x2_1 + k2_2*x2_2
net_y1_2 | rows and columns exchanged in the window | k1_1*x1_2 + k1_2*x2_2 + k2_1*x1_3 + k2_2*x2_3 + b
net_y1_2 | only the diagonal | k1_1*x1_2 + k2_2*x2_3 + b
net_y2_1 | the window beside | k1_1*x1_2 + k1_2*x1_3 + k2_1*x2_2 + k2_2*x2_3 + b
net_y2_2 | flipped | k2_2*x2_2 + k2_1*x2_3 + k1_2*x3_2 + k1_1*x3_3 + b
net_y2_2 | the maximum of the window | max(x2_2, x2_3, x3_2, x3_3)
net_y2_2 | mean of the products | (k1_1*x2_2 + k1_2*x2_3 + k2_1*x3_2 + k2_2*x3_3)/4 + b
out_y1_1 | leaky | 0.01*net_y1_1
out_y1_1 | sigmoid | sigmoid(net_y1_1)
E_y1_2 | output only | 1/2*out_y1_2^2
E | divided by four | (E_y1_1 + E_y1_2 + E_y2_1 + E_y2_2)/4
delta_y1_2 | turned | t_y1_2 - out_y1_2
delta_y2_1 | the net input as the slope | (out_y2_1 - t_y2_1)*net_y2_1
delta_y2_2 | output only | out_y2_2
dE/dk1_1 | the first place of the kernel times all | (delta_y1_1 + delta_y1_2 + delta_y2_1 + delta_y2_2)*x1_1
dE/dk1_2 | transposed | delta_y1_1*x2_1 + delta_y1_2*x2_2 + delta_y2_1*x3_1 + delta_y2_2*x3_2
dE/dk2_1 | one place left out | delta_y1_1*x2_1 + delta_y1_2*x2_2 + delta_y2_2*x3_2
dE/dk2_1 | outputs for errors | out_y1_1*x2_1 + out_y1_2*x2_2 + out_y2_1*x3_1 + out_y2_2*x3_2
dE/dk2_2 | errors turned by 180 degrees | delta_y2_2*x2_2 + delta_y2_1*x2_3 + delta_y1_2*x3_2 + delta_y1_1*x3_3
dE/dk2_2 | as of the first | delta_y1_1*x1_1 + delta_y1_2*x1_2 + delta_y2_1*x2_1 + delta_y2_2*x2_2
dE/db | mean | (delta_y1_1 + delta_y1_2 + delta_y2_1 + delta_y2_2)/4
dE/db | times b | (delta_y1_1 + delta_y1_2 + delta_y2_1 + delta_y2_2)*b
dE/db | of the first place with its own error | delta_y1_2
k2_1_new | the gradient beside | k2_1 - eta*dE/dk1_1
b_new | up | b + eta*dE/db
k1_1_new | no old weight | -eta*dE/dk1_1
""",
    "47-pooling": """
net_c1_2 | not moved | k1_1*x1 + k1_2*x2
net_c2_1 | flipped | k2_2*x1 + k2_1*x2
net_c2_3 | first map's kernel | k1_1*x3 + k1_2*x4
net_c2_4 | only one | k2_1*x4
out_c1_4 | size | abs(net_c1_4)
out_c2_3 | not cut | net_c2_3
out_p1_1 | minimum | min(out_c1_1, out_c1_2)
out_p1_2 | windows overlap | max(out_c1_2, out_c1_3)
out_p2_1 | average | (out_c2_1 + out_c2_2)/2
out_p2_2 | sum | out_c2_3 + out_c2_4
out_p2_1 | over everything | max(out_c2_1, out_c2_2, out_c2_3, out_c2_4)
out_q1 | the larger | max(out_p1_1, out_p1_2)
out_q2 | the sum | out_p2_1 + out_p2_2
out_q2 | over four | (out_p2_1 + out_p2_2)/4
net_y | weights exchanged | w2*out_q1 + w1*out_q2
delta_y | turned | t_y - out_y
dE/dout_q2 | other weight | delta_y*w1
dE/dout_p1_1 | not shared | dE/dout_q1
dE/dout_p1_2 | over four | dE/dout_q1/4
dE/dout_p2_1 | by max | dE/dout_q2
dE/dout_p2_2 | the other map | 1/2*dE/dout_q1
dE/dout_p2_2 | nothing | 0
delta_c1_1 | shared in halves | dE/dout_p1_1/2
delta_c1_2 | halves | dE/dout_p1_1/2
delta_c1_3 | doubled | 2*dE/dout_p1_2
delta_c2_1 | other window | dE/dout_p2_2
delta_c2_2 | the loser gets it | dE/dout_p2_1
delta_c2_4 | times the value | dE/dout_p2_2*out_c2_4
dE/dw1 | only the first | delta_y*out_p1_1
dE/dw2 | other input | delta_y*out_p2_1
dE/dk1_1 | moved by one | delta_c1_1*x2 + delta_c1_2*x3 + delta_c1_3*x4 + delta_c1_4*x5
dE/dk1_2 | as of the first weight | delta_c1_1*x1 + delta_c1_2*x2 + delta_c1_3*x3 + delta_c1_4*x4
dE/dk2_2 | the errors of the other map | delta_c1_1*x2 + delta_c1_2*x3 + delta_c1_3*x4 + delta_c1_4*x5
dE/dk2_2 | mean over the places | (delta_c2_1*x2 + delta_c2_2*x3 + delta_c2_3*x4 + delta_c2_4*x5)/4
dE/dk2_1 | first window | delta_c2_1*x1
k1_2_new | up | k1_2 + eta*dE/dk1_2
k2_2_new | other kernel's gradient | k2_2 - eta*dE/dk1_2
""",
    "48-small-cnn": """
net_c1_1_2 | window not moved | k1_1_1*x1_1 + k1_1_2*x1_2 + k1_1_3*x1_3 + k1_2_1*x2_1 + k1_2_2*x2_2 + k1_2_3*x2_3 + k1_3_1*x3_1 + k1_3_2*x3_2 + k1_3_3*x3_3 + b1
net_c1_2_1 | no bias | k1_1_1*x2_1 + k1_1_2*x2_2 + k1_1_3*x2_3 + k1_2_1*x3_1 + k1_2_2*x3_2 + k1_2_3*x3_3 + k1_3_1*x4_1 + k1_3_2*x4_2 + k1_3_3*x4_3
net_c1_2_1 | turned by 180 degrees | k1_3_3*x2_1 + k1_3_2*x2_2 + k1_3_1*x2_3 + k1_2_3*x3_1 + k1_2_2*x3_2 + k1_2_1*x3_3 + k1_1_3*x4_1 + k1_1_2*x4_2 + k1_1_1*x4_3 + b1
net_c2_2_1 | the first map's kernel | k1_1_1*x2_1 + k1_1_2*x2_2 + k1_1_3*x2_3 + k1_2_1*x3_1 + k1_2_2*x3_2 + k1_2_3*x3_3 + k1_3_1*x4_1 + k1_3_2*x4_2 + k1_3_3*x4_3 + b2
net_c2_2_2 | the other bias | k2_1_1*x2_2 + k2_1_2*x2_3 + k2_1_3*x2_4 + k2_2_1*x3_2 + k2_2_2*x3_3 + k2_2_3*x3_4 + k2_3_1*x4_2 + k2_3_2*x4_3 + k2_3_3*x4_4 + b1
net_c2_1_1 | the first row only | k2_1_1*x1_1 + k2_1_2*x1_2 + k2_1_3*x1_3 + b2
out_p1_1_1 | mean | (out_c1_1_1 + out_c1_1_2 + out_c1_2_1 + out_c1_2_2)/4
out_p2_1_1 | sum | out_c2_1_1 + out_c2_1_2 + out_c2_2_1 + out_c2_2_2
net_level | a weight of the other class | w1*out_p1_1_1 + w4*out_p2_1_1
net_upright | one map | w1*out_p1_1_1
out_upright | no exponentials | net_upright/(net_upright + net_level)
out_level | exponential only | exp(net_level)
out_level | classes exchanged | exp(net_upright)/(exp(net_upright) + exp(net_level))
E | no minus | ln(out_upright)
E | other class | -ln(out_level)
E | squares | 1/2*((t_upright - out_upright)^2 + (t_level - out_level)^2)
delta_upright | with the slope | (out_upright - t_upright)*out_upright*(1 - out_upright)
delta_level | turned | t_level - out_level
dE/dout_p1_1_1 | W not transposed | delta_upright*w1 + delta_level*w2
dE/dout_p1_1_1 | one class | delta_upright*w1
dE/dout_p2_1_1 | sum of both times both weights | (delta_upright + delta_level)*(w2 + w4)
dE/dout_p2_1_1 | no weights | delta_upright + delta_level
delta_c1_2_1 | a quarter | dE/dout_p1_1_1/4
delta_c1_2_1 | the value besides | dE/dout_p1_1_1*out_c1_2_1
delta_c2_2_1 | the other map's | dE/dout_p1_1_1
delta_c2_2_1 | a quarter | dE/dout_p2_1_1/4
delta_c1_1_1 | the loser gets it | dE/dout_p1_1_1
delta_c2_1_2 | shared | dE/dout_p2_1_1/4
dE/dw2 | other map | delta_upright*out_c2_1_1
dE/dw3 | error of the other class | delta_upright*out_p1_1_1
dE/dk1_3_3 | at the place before | delta_c1_2_1*x3_3
dE/dk2_3_3 | mean of four | (delta_c2_1_1*x3_3 + delta_c2_1_2*x3_4 + delta_c2_2_1*x4_3 + delta_c2_2_2*x4_4)/4
dE/dk2_3_3 | no input | delta_c2_2_1
dE/dk1_2_3 | the other map | delta_c2_1_1*x2_3 + delta_c2_1_2*x2_4 + delta_c2_2_1*x3_3 + delta_c2_2_2*x3_4
dE/db1 | mean | (delta_c1_1_1 + delta_c1_1_2 + delta_c1_2_1 + delta_c1_2_2)/4
dE/db2 | times bias | (delta_c2_1_1 + delta_c2_1_2 + delta_c2_2_1 + delta_c2_2_2)*b2
k1_3_3_new | up | k1_3_3 + eta*dE/dk1_3_3
w4_new | other row | w4 - eta*dE/dw3
""",
    "49-maxout": """
net_h1_1 | bias of another piece | w1*x1 + w2*x2 + b3
net_h1_2 | sign | w3*x1 - w4*x2 + b2
net_h2_1 | inputs exchanged | w5*x2 + w6*x1 + b3
net_h2_1 | no bias | w5*x1 + w6*x2
out_h1 | the smaller | min(net_h1_1, net_h1_2)
out_h1 | the sum | net_h1_1 + net_h1_2
out_h2 | the mean | (net_h2_1 + net_h2_2)/2
out_h2 | other unit's too | max(net_h1_1, net_h1_2)
net_y | weights crossed | w10*out_h1 + w9*out_h2 + b
net_y | all pieces | w9*net_h1_1 + w9*net_h1_2 + w10*net_h2_1 + w10*net_h2_2 + b
dE/dout_h2 | the first's weight | delta_y*w9
delta_h1_1 | the loser too | dE/dout_h1
delta_h1_2 | shared in halves | dE/dout_h1/2
delta_h1_2 | times the net input | dE/dout_h1*net_h1_2
delta_h1_2 | the other unit's | dE/dout_h2
delta_h2_1 | half | dE/dout_h2/2
delta_h2_2 | loser | dE/dout_h2
dE/dw9 | the net input of the loser | delta_y*net_h1_1
dE/dw10 | other input | delta_y*out_h1
dE/dw4 | other input | delta_h1_2*x1
dE/dw4 | the weight | delta_h1_2*w4
dE/dw6 | output's error | delta_y*x2
dE/dw5 | the other piece's error | delta_h1_2*x1
w6_new | no rate | w6 - dE/dw6
b2_new | up | b2 + eta*dE/db2
b3_new | other piece | b3 - eta*dE/db2
""",
    "50-residual": """
net_h1_2 | transposed | w2*x1 + w4*x2
net_h2_1 | of the inputs | w5*x1 + w6*x2
net_h2_2 | net inputs of before | w7*net_h1_1 + w6*net_h1_2
net_h3_1 | no first unit | w10*out_h2_2
net_r1 | the shortcut left out | out_h3_1
net_r1 | from the input | out_h3_1 + x1
net_r1 | from the layer between | out_h3_1 + out_h2_1
net_r2 | the other unit's shortcut | out_h3_2 + out_h1_1
net_r2 | product | out_h3_2*out_h1_2
net_r1 | difference | out_h1_1 - out_h3_1
net_r1 | twice | out_h3_1 + 2*out_h1_1
net_r2 | mean of both | (out_h3_2 + out_h1_2)/2
out_r1 | no activation on the branch sum | relu(out_h3_1) + out_h1_1
net_y | branch only | w13*out_h3_1 + w14*out_h3_2
delta_y | output only | out_y
delta_r1 | weight left out | delta_y*relu'(net_r1)
delta_r1 | other weight | delta_y*w14*relu'(net_r1)
delta_h2_1 | W not transposed | (delta_h3_1*w9 + delta_h3_2*w10)*relu'(net_h2_1)
delta_h2_2 | one path | delta_h3_1*w10*relu'(net_h2_2)
delta_h2_2 | shortcut here too | (delta_h3_1*w10 + delta_h3_2*w12 + delta_r2)*relu'(net_h2_2)
delta_h1_1 | no shortcut | (delta_h2_1*w5 + delta_h2_2*w7)*relu'(net_h1_1)
delta_h1_1 | shortcut only | delta_r1*relu'(net_h1_1)
delta_h1_1 | the shortcut of the other unit | (delta_h2_1*w5 + delta_h2_2*w7 + delta_r2)*relu'(net_h1_1)
delta_h1_2 | shortcut with minus | (delta_h2_1*w6 + delta_h2_2*w8 - delta_r2)*relu'(net_h1_2)
delta_h1_2 | shortcut weighted | (delta_h2_1*w6 + delta_h2_2*w8 + delta_r2*w8)*relu'(net_h1_2)
delta_h1_2 | doubled | (delta_h2_1*w6 + delta_h2_2*w8 + 2*delta_r2)*relu'(net_h1_2)
delta_h1_2 | the gradient of the output | (delta_h2_1*w6 + delta_h2_2*w8 + delta_y)*relu'(net_h1_2)
delta_h1_2 | W not transposed | (delta_h2_1*w7 + delta_h2_2*w8 + delta_r2)*relu'(net_h1_2)
dE/dw13 | branch only | delta_y*out_h3_1
dE/dw10 | other input | delta_h3_1*out_h2_1
dE/dw12 | the other error | delta_h3_1*out_h2_2
dE/dw7 | the input | delta_h2_2*x1
dE/dw8 | the layer above's error | delta_h3_2*out_h1_2
dE/dw4 | other input | delta_h1_2*x1
dE/dw2 | error past the shortcut | delta_r1*x2
w13_new | no rate | w13 - dE/dw13
w2_new | up | w2 + eta*dE/dw2
""",
    "51-batch-norm": """
mu_x | n minus one | (x^(1) + x^(2) + x^(3) + x^(4))/3
mu_x | the sum | x^(1) + x^(2) + x^(3) + x^(4)
var_x | n minus one | ((x^(1) - mu_x)^2 + (x^(2) - mu_x)^2 + (x^(3) - mu_x)^2 + (x^(4) - mu_x)^2)/3
var_x | not divided | (x^(1) - mu_x)^2 + (x^(2) - mu_x)^2 + (x^(3) - mu_x)^2 + (x^(4) - mu_x)^2
var_x | root | sqrt(((x^(1) - mu_x)^2 + (x^(2) - mu_x)^2 + (x^(3) - mu_x)^2 + (x^(4) - mu_x)^2)/4)
var_x | mean of squares | (x^(1)^2 + x^(2)^2 + x^(3)^2 + x^(4)^2)/4
sample 1 / xhat_x | by the variance | (x^(1) - mu_x)/var_x
sample 2 / xhat_x | turned | (mu_x - x^(2))/sqrt(var_x)
sample 3 / xhat_x | not centred | x^(3)/sqrt(var_x)
sample 4 / xhat_x | not divided | x^(4) - mu_x
sample 1 / xhat_x | mean by hand outside | x^(1) - mu_x/sqrt(var_x)
sample 1 / out_y | gamma and beta exchanged | beta*xhat_x^(1) + gamma
sample 2 / out_y | no shift | gamma*xhat_x^(2)
sample 3 / out_y | bracket | gamma*(xhat_x^(3) + beta)
sample 4 / out_y | of x itself | gamma*x^(4) + beta
sample 4 / out_y | no scale | xhat_x^(4) + beta
sample 1 / dE/dxhat_x | no gamma | dE/dout_y^(1)
sample 2 / dE/dxhat_x | beta | dE/dout_y^(2)*beta
sample 3 / dE/dxhat_x | times the value | dE/dout_y^(3)*xhat_x^(3)
sample 4 / dE/dxhat_x | the root here | dE/dout_y^(4)*gamma/sqrt(var_x)
dE/dvar_x | the sign | (dE/dxhat_x^(1)*xhat_x^(1) + dE/dxhat_x^(2)*xhat_x^(2) + dE/dxhat_x^(3)*xhat_x^(3) + dE/dxhat_x^(4)*xhat_x^(4))/(2*var_x)
dE/dvar_x | no half | -(dE/dxhat_x^(1)*xhat_x^(1) + dE/dxhat_x^(2)*xhat_x^(2) + dE/dxhat_x^(3)*xhat_x^(3) + dE/dxhat_x^(4)*xhat_x^(4))/var_x
dE/dvar_x | first sample only | -dE/dxhat_x^(1)*xhat_x^(1)/(2*var_x)
dE/dvar_x | the gradient of out | -(dE/dout_y^(1)*xhat_x^(1) + dE/dout_y^(2)*xhat_x^(2) + dE/dout_y^(3)*xhat_x^(3) + dE/dout_y^(4)*xhat_x^(4))/(2*var_x)
dE/dvar_x | distances for values | -(dE/dxhat_x^(1)*(x^(1) - mu_x) + dE/dxhat_x^(2)*(x^(2) - mu_x) + dE/dxhat_x^(3)*(x^(3) - mu_x) + dE/dxhat_x^(4)*(x^(4) - mu_x))/(2*var_x)
dE/dmu_x | by the variance | -(dE/dxhat_x^(1) + dE/dxhat_x^(2) + dE/dxhat_x^(3) + dE/dxhat_x^(4))/var_x
dE/dmu_x | sign | (dE/dxhat_x^(1) + dE/dxhat_x^(2) + dE/dxhat_x^(3) + dE/dxhat_x^(4))/sqrt(var_x)
dE/dmu_x | mean | -(dE/dxhat_x^(1) + dE/dxhat_x^(2) + dE/dxhat_x^(3) + dE/dxhat_x^(4))/(4*sqrt(var_x))
dE/dmu_x | no root | -(dE/dxhat_x^(1) + dE/dxhat_x^(2) + dE/dxhat_x^(3) + dE/dxhat_x^(4))
dE/dgamma | x for its normalized value | dE/dout_y^(1)*x^(1) + dE/dout_y^(2)*x^(2) + dE/dout_y^(3)*x^(3) + dE/dout_y^(4)*x^(4)
dE/dgamma | the gradients after gamma | dE/dxhat_x^(1)*xhat_x^(1) + dE/dxhat_x^(2)*xhat_x^(2) + dE/dxhat_x^(3)*xhat_x^(3) + dE/dxhat_x^(4)*xhat_x^(4)
dE/dgamma | mean | (dE/dout_y^(1)*xhat_x^(1) + dE/dout_y^(2)*xhat_x^(2) + dE/dout_y^(3)*xhat_x^(3) + dE/dout_y^(4)*xhat_x^(4))/4
dE/dgamma | the outputs | dE/dout_y^(1)*(gamma*xhat_x^(1) + beta) + dE/dout_y^(2)*(gamma*xhat_x^(2) + beta) + dE/dout_y^(3)*(gamma*xhat_x^(3) + beta) + dE/dout_y^(4)*(gamma*xhat_x^(4) + beta)
dE/dbeta | mean | (dE/dout_y^(1) + dE/dout_y^(2) + dE/dout_y^(3) + dE/dout_y^(4))/4
dE/dbeta | times beta | (dE/dout_y^(1) + dE/dout_y^(2) + dE/dout_y^(3) + dE/dout_y^(4))*beta
sample 1 / dE/dx | straight only | dE/dxhat_x^(1)/sqrt(var_x)
sample 2 / dE/dx | no mean path | dE/dxhat_x^(2)/sqrt(var_x) + 1/2*dE/dvar_x*(x^(2) - mu_x)
sample 3 / dE/dx | no variance path | dE/dxhat_x^(3)/sqrt(var_x) + 1/4*dE/dmu_x
sample 4 / dE/dx | mean not divided | dE/dxhat_x^(4)/sqrt(var_x) + 1/2*dE/dvar_x*(x^(4) - mu_x) + dE/dmu_x
sample 1 / dE/dx | by the variance | dE/dxhat_x^(1)/var_x + 1/2*dE/dvar_x*(x^(1) - mu_x) + 1/4*dE/dmu_x
sample 2 / dE/dx | two and no n | dE/dxhat_x^(2)/sqrt(var_x) + 2*dE/dvar_x*(x^(2) - mu_x) + 1/4*dE/dmu_x
sample 3 / dE/dx | without the two | dE/dxhat_x^(3)/sqrt(var_x) + 1/4*dE/dvar_x*(x^(3) - mu_x) + 1/4*dE/dmu_x
sample 4 / dE/dx | distance turned | dE/dxhat_x^(4)/sqrt(var_x) + 1/2*dE/dvar_x*(mu_x - x^(4)) + 1/4*dE/dmu_x
sample 4 / dE/dx | not centred | dE/dxhat_x^(4)/sqrt(var_x) + 1/2*dE/dvar_x*x^(4) + 1/4*dE/dmu_x
sample 1 / dE/dx | mean path with minus | dE/dxhat_x^(1)/sqrt(var_x) + 1/2*dE/dvar_x*(x^(1) - mu_x) - 1/4*dE/dmu_x
gamma_new | beta's gradient | gamma - eta*dE/dbeta
beta_new | up | beta + eta*dE/dbeta
""",
    "52-batch-norm-network": """
sample 2 / net_h1 | another sample's input | w1*x1^(1) + w2*x2^(2)
sample 3 / net_h2 | the first unit's weights | w1*x1^(3) + w2*x2^(3)
mu_h1 | the first two samples | (out_h1^(1) + out_h1^(2))/2
mu_h2 | n minus one | (out_h2^(1) + out_h2^(2) + out_h2^(3) + out_h2^(4))/3
var_h1 | the other mean | ((out_h1^(1) - mu_h2)^2 + (out_h1^(2) - mu_h2)^2 + (out_h1^(3) - mu_h2)^2 + (out_h1^(4) - mu_h2)^2)/4
var_h2 | n minus one | ((out_h2^(1) - mu_h2)^2 + (out_h2^(2) - mu_h2)^2 + (out_h2^(3) - mu_h2)^2 + (out_h2^(4) - mu_h2)^2)/3
var_h2 | root | sqrt(((out_h2^(1) - mu_h2)^2 + (out_h2^(2) - mu_h2)^2 + (out_h2^(3) - mu_h2)^2 + (out_h2^(4) - mu_h2)^2)/4)
sample 1 / xhat_h1 | by the variance | (out_h1^(1) - mu_h1)/var_h1
sample 2 / xhat_h1 | other unit's mean | (out_h1^(2) - mu_h2)/sqrt(var_h1)
sample 4 / xhat_h2 | not centred | out_h2^(4)/sqrt(var_h2)
sample 3 / xhat_h2 | no root, no division | out_h2^(3) - mu_h2
sample 2 / net_n2 | other unit's gamma | gamma1*xhat_h2^(2) + beta2
sample 4 / net_n2 | no beta | gamma2*xhat_h2^(4)
sample 1 / net_n2 | bracket | gamma2*(xhat_h2^(1) + beta2)
sample 4 / net_n1 | not normalized | gamma1*out_h1^(4) + beta1
sample 1 / out_n2 | no ReLU | net_n2^(1)
sample 3 / net_y | before the activation | w5*net_n1^(3) + w6*net_n2^(3)
sample 4 / net_y | bias left out | w5*out_n1^(4) + w6*out_n2^(4)
E | the sum | E^(1) + E^(2) + E^(3) + E^(4)
sample 2 / E | no half | (t_y^(2) - out_y^(2))^2
sample 3 / delta_y | no quarter | out_y^(3) - t_y^(3)
sample 1 / delta_y | turned | 1/4*(t_y^(1) - out_y^(1))
sample 3 / delta_n1 | other weight | delta_y^(3)*w6
sample 4 / delta_n2 | no weight | delta_y^(4)*relu'(net_n2^(4))/2
sample 3 / dE/dxhat_h1 | the value too | delta_n1^(3)*gamma1*xhat_h1^(3)
sample 3 / dE/dxhat_h2 | no gamma | delta_n2^(3)
dE/dvar_h1 | sign | (dE/dxhat_h1^(1)*xhat_h1^(1) + dE/dxhat_h1^(2)*xhat_h1^(2) + dE/dxhat_h1^(3)*xhat_h1^(3) + dE/dxhat_h1^(4)*xhat_h1^(4))/(2*var_h1)
dE/dvar_h2 | two left out | -(dE/dxhat_h2^(1)*xhat_h2^(1) + dE/dxhat_h2^(2)*xhat_h2^(2) + dE/dxhat_h2^(3)*xhat_h2^(3) + dE/dxhat_h2^(4)*xhat_h2^(4))/var_h2
dE/dmu_h1 | by the variance | -(dE/dxhat_h1^(1) + dE/dxhat_h1^(2) + dE/dxhat_h1^(3) + dE/dxhat_h1^(4))/var_h1
dE/dmu_h2 | sign | (dE/dxhat_h2^(1) + dE/dxhat_h2^(2) + dE/dxhat_h2^(3) + dE/dxhat_h2^(4))/sqrt(var_h2)
sample 3 / delta_h1 | straight only | dE/dxhat_h1^(3)/sqrt(var_h1)
sample 4 / delta_h1 | no variance path | dE/dxhat_h1^(4)/sqrt(var_h1) + 1/4*dE/dmu_h1
sample 2 / delta_h2 | mean whole | dE/dxhat_h2^(2)/sqrt(var_h2) + 1/2*dE/dvar_h2*(out_h2^(2) - mu_h2) + dE/dmu_h2
sample 1 / delta_h2 | no mean | dE/dxhat_h2^(1)/sqrt(var_h2) + 1/2*dE/dvar_h2*(out_h2^(1) - mu_h2)
dE/dw5 | mean again | (delta_y^(1)*out_n1^(1) + delta_y^(2)*out_n1^(2) + delta_y^(3)*out_n1^(3) + delta_y^(4)*out_n1^(4))/4
dE/dw6 | the normalized values | delta_y^(1)*xhat_h2^(1) + delta_y^(2)*xhat_h2^(2) + delta_y^(3)*xhat_h2^(3) + delta_y^(4)*xhat_h2^(4)
dE/dgamma2 | before normalization | delta_n2^(1)*out_h2^(1) + delta_n2^(2)*out_h2^(2) + delta_n2^(3)*out_h2^(3) + delta_n2^(4)*out_h2^(4)
dE/dgamma1 | not through ReLU | delta_y^(1)*xhat_h1^(1) + delta_y^(2)*xhat_h1^(2) + delta_y^(3)*xhat_h1^(3) + delta_y^(4)*xhat_h1^(4)
dE/dbeta2 | mean | (delta_n2^(1) + delta_n2^(2) + delta_n2^(3) + delta_n2^(4))/4
dE/dbeta1 | as gamma | delta_n1^(1)*xhat_h1^(1) + delta_n1^(2)*xhat_h1^(2) + delta_n1^(3)*xhat_h1^(3) + delta_n1^(4)*xhat_h1^(4)
dE/dw1 | error after the normalization | delta_n1^(1)*x1^(1) + delta_n1^(2)*x1^(2) + delta_n1^(3)*x1^(3) + delta_n1^(4)*x1^(4)
dE/dw4 | other input | delta_h2^(1)*x1^(1) + delta_h2^(2)*x1^(2) + delta_h2^(3)*x1^(3) + delta_h2^(4)*x1^(4)
dE/dw3 | other unit's error | delta_h1^(1)*x1^(1) + delta_h1^(2)*x1^(2) + delta_h1^(3)*x1^(3) + delta_h1^(4)*x1^(4)
gamma2_new | the other's gradient | gamma2 - eta*dE/dgamma1
b_new | up | b + eta*dE/db
""",
    "53-layer-norm": """
net_h2 | other unit's weights | w1*x1 + w2*x2 + b
mu | sum | out_h1 + out_h2 + out_h3 + out_h4
mu | n minus one | (out_h1 + out_h2 + out_h3 + out_h4)/3
var | n minus one | ((out_h1 - mu)^2 + (out_h2 - mu)^2 + (out_h3 - mu)^2 + (out_h4 - mu)^2)/3
var | root | sqrt(((out_h1 - mu)^2 + (out_h2 - mu)^2 + (out_h3 - mu)^2 + (out_h4 - mu)^2)/4)
var | absolute distances | (abs(out_h1 - mu) + abs(out_h2 - mu) + abs(out_h3 - mu) + abs(out_h4 - mu))/4
xhat_h2 | by the variance | (out_h2 - mu)/var
xhat_h3 | turned | (mu - out_h3)/sqrt(var)
xhat_h4 | not centred | out_h4/sqrt(var)
xhat_h1 | times the deviation | (out_h1 - mu)*sqrt(var)
out_n2 | the first's parameters | gamma1*xhat_h2 + beta1
out_n3 | exchanged | beta3*xhat_h3 + gamma3
out_n4 | no shift | gamma4*xhat_h4
out_n4 | not normalized | gamma4*out_h4 + beta4
net_y | normalized values | w9*xhat_h1 + w10*xhat_h2 + w11*xhat_h3 + w12*xhat_h4
dE/dout_n3 | neighbour's weight | delta_y*w10
dE/dxhat_h4 | no gamma | dE/dout_n4
dE/dxhat_h3 | beta | dE/dout_n3*beta3
dE/dvar | no half | -(dE/dxhat_h1*xhat_h1 + dE/dxhat_h2*xhat_h2 + dE/dxhat_h3*xhat_h3 + dE/dxhat_h4*xhat_h4)/var
dE/dvar | by the root | -(dE/dxhat_h1*xhat_h1 + dE/dxhat_h2*xhat_h2 + dE/dxhat_h3*xhat_h3 + dE/dxhat_h4*xhat_h4)/(2*sqrt(var))
dE/dvar | gamma left out | -(dE/dout_n1*xhat_h1 + dE/dout_n2*xhat_h2 + dE/dout_n3*xhat_h3 + dE/dout_n4*xhat_h4)/(2*var)
dE/dvar | sign | (dE/dxhat_h1*xhat_h1 + dE/dxhat_h2*xhat_h2 + dE/dxhat_h3*xhat_h3 + dE/dxhat_h4*xhat_h4)/(2*var)
dE/dmu | by the variance | -(dE/dxhat_h1 + dE/dxhat_h2 + dE/dxhat_h3 + dE/dxhat_h4)/var
dE/dmu | the sum only | dE/dxhat_h1 + dE/dxhat_h2 + dE/dxhat_h3 + dE/dxhat_h4
dE/dmu | mean | -(dE/dxhat_h1 + dE/dxhat_h2 + dE/dxhat_h3 + dE/dxhat_h4)/(4*sqrt(var))
delta_h1 | straight only | dE/dxhat_h1/sqrt(var)
delta_h2 | no mean path | dE/dxhat_h2/sqrt(var) + 1/2*dE/dvar*(out_h2 - mu)
delta_h3 | no variance path | dE/dxhat_h3/sqrt(var) + 1/4*dE/dmu
delta_h4 | mean not shared | dE/dxhat_h4/sqrt(var) + 1/2*dE/dvar*(out_h4 - mu) + dE/dmu
delta_h1 | two times the distance, not over n | dE/dxhat_h1/sqrt(var) + 2*dE/dvar*(out_h1 - mu) + 1/4*dE/dmu
delta_h2 | normalized value | dE/dxhat_h2/sqrt(var) + 1/2*dE/dvar*xhat_h2 + 1/4*dE/dmu
delta_h3 | from the output's error | dE/dout_n3/sqrt(var) + 1/2*dE/dvar*(out_h3 - mu) + 1/4*dE/dmu
dE/dw10 | the normalized value | delta_y*xhat_h2
dE/dgamma2 | before normalization | dE/dout_n2*out_h2
dE/dgamma4 | the gradient after gamma | dE/dxhat_h4*xhat_h4
dE/dgamma3 | the output | dE/dout_n3*out_n3
dE/dbeta3 | after gamma | dE/dxhat_h3
dE/dbeta4 | times beta | dE/dout_n4*beta4
dE/dw4 | no normalization on the way back | dE/dout_n2*x2
dE/dw6 | other input | delta_h3*x1
dE/dw7 | neighbour's error | delta_h3*x1
dE/db | one unit | delta_h1
gamma4_new | beta's gradient | gamma4 - eta*dE/dbeta4
beta2_new | up | beta2 + eta*dE/dbeta2
""",
    "54-dropout": """
net_h3 | the second unit's weights | w3*x1 + w4*x2 + b1
net_h1 | inputs exchanged | w1*x2 + w2*x1 + b1
out_d1 | not scaled | out_h1*m1
out_d1 | multiplied by the rate | out_h1*m1*0.5
out_d2 | not dropped | out_h2
out_d2 | scaled and not dropped | out_h2/0.5
out_d3 | mask only | m3/0.5
out_d3 | the neighbour's mask | out_h3*(m2/0.5)
net_y | without dropout | w7*out_h1 + w8*out_h2 + w9*out_h3 + b2
net_y | the other bias | w7*out_d1 + w8*out_d2 + w9*out_d3 + b1
delta_y | turned | t_y - out_y
dE/dout_d1 | neighbour's weight | delta_y*w8
dE/dout_d3 | weight left out | delta_y
delta_h1 | no mask factor | dE/dout_d1*relu'(net_h1)
delta_h1 | halved | dE/dout_d1*m1*0.5*relu'(net_h1)
delta_h1 | squared factor | dE/dout_d1*(m1/0.5)^2*relu'(net_h1)
delta_h2 | not dropped | dE/dout_d2*relu'(net_h2)
delta_h2 | scaled only | dE/dout_d2/0.5
delta_h3 | times the output | dE/dout_d3*(m3/0.5)*out_h3
delta_h3 | not scaled | dE/dout_d3*m3*relu'(net_h3)
dE/dw7 | before dropout | delta_y*out_h1
dE/dw8 | before dropout | delta_y*out_h2
dE/dw9 | neighbour | delta_y*out_d1
dE/dw5 | no scaling | dE/dout_d3*x1
dE/dw6 | other input | delta_h3*x1
dE/dw2 | error of the output | delta_y*x2
dE/db1 | of the first | delta_h1
dE/db1 | mean of three | (delta_h1 + delta_h2 + delta_h3)/3
dE/db1 | of the kept, before the mask | dE/dout_d1 + dE/dout_d3
w9_new | no rate | w9 - dE/dw9
w6_new | up | w6 + eta*dE/dw6
""",
    "55-transformer-block": """
out_pb2 | other position's code | x2_2 + e2
out_pa2 | code left out | x2_1
rms_2 | not the mean | sqrt(out_pa2^2 + out_pb2^2)
rms_2 | no root | (out_pa2^2 + out_pb2^2)/2
rms_1 | sum then square | sqrt((out_pa1 + out_pb1)^2/2)
xhat_pa2 | the other token's | out_pa2/rms_1
xhat_pb2 | times | out_pb2*rms_2
xhat_pb2 | centred as in layer norm | (out_pb2 - (out_pa2 + out_pb2)/2)/rms_2
qb2 | before normalization | wq2*out_pa2 + wq4*out_pb2
kb2 | the value's weights | wv2*out_na2 + wv4*out_nb2
va2 | other token | wv1*out_na1 + wv3*out_nb1
s1_1_2 | query and key exchanged | qa2*ka1
s2_2_1 | of the other head | qa2*ka1
s2_2_2 | divided by a root | qb2*kb2/sqrt(2)
s1_2_2 | both heads together | qa2*ka2 + qb2*kb2
alpha1_1_2 | by the columns | exp(s1_1_2)/(exp(s1_1_2) + exp(s1_2_2))
alpha2_2_1 | of the other head | exp(s1_2_1)/(exp(s1_2_1) + exp(s1_2_2))
alpha2_2_1 | exponential only | exp(s2_2_1)
ca2 | the other head's weights | alpha2_2_1*va1 + alpha2_2_2*va2
cb1 | weights crossed | alpha2_1_2*vb1 + alpha2_1_1*vb2
cb2 | keys | alpha2_2_1*kb1 + alpha2_2_2*kb2
out_hb1 | transposed | wo3*ca1 + wo4*cb1
out_hb2 | no projection | cb2
out_r1_1 | no shortcut | out_ha1
out_r2_2 | normalized shortcut | out_hb2 + out_nb2
out_r2_1 | other token | out_ha2 + out_pa1
rms5_2 | not the mean | sqrt(out_r2_1^2 + out_r2_2^2)
xhat_r1_2 | other position | out_r1_2/rms5_2
xhat_r2_1 | not divided | out_r2_1
net_gb1 | the linear weights | w2*out_n5_a1 + w4*out_n5_b1
net_h6_b2 | the gate's weights | v2*out_n5_a2 + v4*out_n5_b2
out_ga1 | sigmoid only | sigmoid(net_ga1)
out_gb2 | ReLU | relu(net_gb2)
out_h6_a1 | the gate's net input | net_h6_a1*net_ga1
out_h6_b2 | the gate only | out_gb2
out_h6_b1 | sum | net_h6_b1 + out_gb1
net_h7_a2 | transposed | w5*out_h6_a2 + w6*out_h6_b2
out_s1_1 | shortcut left out | out_h7_a1
out_s2_2 | shortcut from before the attention | out_h7_b2 + out_pb2
net_yb2 | other class | w9*out_s2_1 + w11*out_s2_2
out_yb1 | over the positions | exp(net_yb1)/(exp(net_yb1) + exp(net_yb2))
E | mean of two | -(t_ya1*ln(out_ya1) + t_yb1*ln(out_yb1) + t_ya2*ln(out_ya2) + t_yb2*ln(out_yb2))/2
delta_yb2 | turned | t_yb2 - out_yb2
dE/dout_s1_2 | transposed | delta_ya1*w10 + delta_yb1*w12
dE/dout_s2_1 | one class | delta_ya2*w9
""",
    "56-radial-basis": """
sample 1 / net_h2 | root of the distance | sqrt((x1 - c3)^2 + (x2 - c4)^2)
sample 2 / net_h2 | one coordinate | (x2 - c4)^2
sample 2 / net_h2 | sum squared | (x1 - c3 + x2 - c4)^2
sample 2 / net_h1 | the other centre | (x1 - c3)^2 + (x2 - c4)^2
sample 1 / out_h2 | no minus | exp(net_h2/(2*s2^2))
sample 2 / out_h1 | no two | exp(-net_h1/s1^2)
sample 2 / out_h2 | width not squared | exp(-net_h2/(2*s2))
sample 2 / out_h2 | times | exp(-net_h2*2*s2^2)
sample 2 / out_h2 | distance squared again | exp(-net_h2^2/(2*s2^2))
sample 2 / out_h2 | the other width | exp(-net_h2/(2*s1^2))
sample 2 / net_o | weights exchanged | w2*out_h1 + w1*out_h2 + b1
sample 2 / net_o | no bias | w1*out_h1 + w2*out_h2
sample 2 / E | no half | (t_o - out_o)^2
sample 2 / delta_o | turned | t_o - out_o
sample 2 / delta_h1 | no minus | delta_o*w1*out_h1*(1/(2*s1^2))
sample 2 / delta_h2 | no width | -delta_o*w2*out_h2
sample 2 / delta_h2 | no two | -delta_o*w2*out_h2/s2^2
sample 2 / delta_h2 | no output | -delta_o*w2/(2*s2^2)
sample 2 / delta_h1 | sigmoid's slope | delta_o*w1*out_h1*(1 - out_h1)
sample 2 / delta_h2 | no weight | -delta_o*out_h2*(1/(2*s2^2))
sample 2 / dE/dw2 | the other unit | delta_o*out_h1
sample 2 / dE/dw2 | the distance | delta_o*net_h2
sample 2 / dE/dw1 | hidden error | delta_h1*out_h1
sample 2 / dE/dc2 | turned | 2*delta_h1*(x2 - c2)
sample 2 / dE/dc2 | no two | delta_h1*(c2 - x2)
sample 2 / dE/dc4 | squared | 2*delta_h2*(c4 - x2)^2
sample 2 / dE/dc3 | other coordinate | 2*delta_h2*(c4 - x2)
sample 2 / dE/dc3 | output's error | 2*delta_o*(c3 - x1)
sample 2 / dE/ds1 | sign | -4*delta_o*w1*out_h1*(net_h1/(2*s1^2)^2)*s1
sample 2 / dE/ds2 | s squared forgotten | 4*delta_o*w2*out_h2*(net_h2/(2*s2^2))*s2
sample 2 / dE/ds2 | no distance | 4*delta_o*w2*out_h2/(2*s2^2)^2*s2
sample 2 / dE/ds2 | no weight | 4*delta_o*out_h2*(net_h2/(2*s2^2)^2)*s2
sample 2 / c4_new | up | c4 + eta*dE/dc4
sample 2 / c3_new | the other coordinate's | c3 - eta*dE/dc4
sample 2 / s2_new | no rate | s2 - dE/ds2
sample 2 / w1_new | no rate | w1 - dE/dw1
sample 2 / b1_new | up | b1 + eta*dE/db1
""",
    "57-instance-norm": """
mu_2 | over both channels | (x1_1_1 + x1_1_2 + x2_1_1 + x2_1_2)/4
mu_1 | over the channels of one place | (x1_1_1 + x2_1_1)/2
var_1 | n minus one | (x1_1_1 - mu_1)^2 + (x1_1_2 - mu_1)^2
var_2 | root | sqrt(((x2_1_1 - mu_2)^2 + (x2_1_2 - mu_2)^2)/2)
var_2 | the other mean | ((x2_1_1 - mu_1)^2 + (x2_1_2 - mu_1)^2)/2
var_2 | not centred | (x2_1_1^2 + x2_1_2^2)/2
var_2 | one place | (x2_1_1 - mu_2)^2/2
xhat_x2_1_1 | by the variance | (x2_1_1 - mu_2)/var_2
xhat_x2_1_2 | the other channel's | (x2_1_2 - mu_1)/sqrt(var_1)
xhat_x1_1_2 | turned | (mu_1 - x1_1_2)/sqrt(var_1)
out_y1 | the other channel's gamma | gamma2*xhat_x1_1_1 + beta1
out_y3 | exchanged | beta2*xhat_x2_1_1 + gamma2
out_y4 | no shift | gamma2*xhat_x2_1_2
out_y2 | other channel's both | gamma2*xhat_x1_1_2 + beta2
E_y3 | no half | (t_y3 - out_y3)^2
E | mean of four | (E_y1 + E_y2 + E_y3 + E_y4)/4
E | first channel | E_y1 + E_y2
dE/dout_y3 | turned | t_y3 - out_y3
dE/dxhat_x1_1_2 | no gamma | dE/dout_y2
dE/dxhat_x2_1_1 | the other gamma | dE/dout_y3*gamma1
dE/dvar_1 | no half | -(dE/dxhat_x1_1_1*xhat_x1_1_1 + dE/dxhat_x1_1_2*xhat_x1_1_2)/var_1
dE/dvar_2 | by the root | -(dE/dxhat_x2_1_1*xhat_x2_1_1 + dE/dxhat_x2_1_2*xhat_x2_1_2)/(2*sqrt(var_2))
dE/dvar_2 | sign | (dE/dxhat_x2_1_1*xhat_x2_1_1 + dE/dxhat_x2_1_2*xhat_x2_1_2)/(2*var_2)
dE/dmu_2 | by the variance | -(dE/dxhat_x2_1_1 + dE/dxhat_x2_1_2)/var_2
dE/dmu_1 | mean | -(dE/dxhat_x1_1_1 + dE/dxhat_x1_1_2)/(2*sqrt(var_1))
dE/dmu_2 | sign | (dE/dxhat_x2_1_1 + dE/dxhat_x2_1_2)/sqrt(var_2)
dE/dgamma2 | over all places | dE/dout_y1*xhat_x1_1_1 + dE/dout_y2*xhat_x1_1_2 + dE/dout_y3*xhat_x2_1_1 + dE/dout_y4*xhat_x2_1_2
dE/dgamma1 | before normalization | dE/dout_y1*x1_1_1 + dE/dout_y2*x1_1_2
dE/dgamma2 | mean | (dE/dout_y3*xhat_x2_1_1 + dE/dout_y4*xhat_x2_1_2)/2
dE/dgamma2 | gradients after gamma | dE/dxhat_x2_1_1*xhat_x2_1_1 + dE/dxhat_x2_1_2*xhat_x2_1_2
dE/dbeta1 | mean | (dE/dout_y1 + dE/dout_y2)/2
dE/dbeta2 | after gamma | dE/dxhat_x2_1_1 + dE/dxhat_x2_1_2
gamma2_new | up | gamma2 + eta*dE/dgamma2
beta1_new | gamma's gradient | beta1 - eta*dE/dgamma1
gamma1_new | no rate | gamma1 - dE/dgamma1
""",
    "60-skip-gram": """
s | components not multiplied | u1 + v1 + u2 + v2
s | one component | u1*v1
r1 | with the context word | N1_1*u1 + N1_2*u2
r2 | crossed components | N2_1*v2 + N2_2*v1
r1 | with a minus | -(N1_1*v1 + N1_2*v2)
J | positive scores for the drawn | -ln(sigmoid(s)) - ln(sigmoid(r1)) - ln(sigmoid(r2))
J | plus | ln(sigmoid(s)) + ln(sigmoid(-r1)) + ln(sigmoid(-r2))
J | a negative left out | -ln(sigmoid(s)) - ln(sigmoid(-r1))
J | mean of the drawn | -ln(sigmoid(s)) - (ln(sigmoid(-r1)) + ln(sigmoid(-r2)))/2
J | no sigmoid | -s + r1 + r2
dJ/dr2 | slope of the sigmoid only | sigmoid(-r2)*(1 - sigmoid(-r2))
dJ/dr2 | as for the true word | sigmoid(r2) - 1
dJ/dr1 | of minus r | sigmoid(-r1)
dJ/dr1 | sign | -(1 - sigmoid(-r1))
dJ/ds | plus | 1 - sigmoid(s)
dJ/ds | not minus one | sigmoid(s)
dJ/ds | slope | sigmoid(s)*(1 - sigmoid(s))
dJ/dv1 | true word only | dJ/ds*ds/dv1
dJ/dv1 | drawn words only | dJ/dr1*dr1/dv1 + dJ/dr2*dr2/dv1
dJ/dv2 | the vectors not weighted | u2 + N1_2 + N2_2
dJ/dv2 | the centre word itself | (dJ/ds + dJ/dr1 + dJ/dr2)*v2
dJ/dv2 | signs of the drawn | dJ/ds*ds/dv2 - dJ/dr1*dr1/dv2 - dJ/dr2*dr2/dv2
dJ/du1 | itself | dJ/ds*u1
dJ/du2 | other component | dJ/ds*v1
dJ/dN1_2 | true word's error | dJ/ds*v2
dJ/dN2_1 | other drawn word's | dJ/dr1*v1
dJ/dN2_2 | the context | dJ/dr2*u2
v2_new | up | v2 + eta*dJ/dv2
u2_new | the centre's gradient | u2 - eta*dJ/dv2
N2_1_new | no rate | N2_1 - dJ/dN2_1
N1_2_new | neighbour's | N1_2 - eta*dJ/dN1_1
""",
}

# Written after the search had been mended with the help of `THIRD`, and measured once, as it then was.
FOURTH = {
    "38-squared-norm": """
q2 | second column twice | W2_1*x2 + W2_2*x2
f | only the last | q2^2
df/dx2 | the mean of the paths | (df/dq1*dq1/dx2 + df/dq2*dq2/dx2)/2
df/dx1 | a half too many | 1/2*(df/dq1*dq1/dx1 + df/dq2*dq2/dx1)
df/dx1 | minus between the paths | df/dq1*dq1/dx1 - df/dq2*dq2/dx1
df/dW2_2 | q once more | df/dq2*x2*q2
df/dW1_1 | divided by the input | df/dq1/x1
""",
    "39-matrix-attention": """
K1_1 | the first row of weights only | X1_1*WK1_1
V2_1 | another column of the weights | X2_1*WV1_2 + X2_2*WV2_2
S1_1 | divided by the root of the tokens and of the dimension | (Q1_1*K1_1 + Q1_2*K1_2)/2
A1_2 | one minus the softmax | 1 - exp(S1_2)/(exp(S1_1) + exp(S1_2))
O1_1 | the mean of the values | (V1_1 + V2_1)/2
O2_2 | first row of weights | A1_1*V1_2 + A1_2*V2_2
L | sign inside | 1/2*((O1_1 + T1_1)^2 + (O1_2 + T1_2)^2 + (O2_1 + T2_1)^2 + (O2_2 + T2_2)^2)
dL/dO1_2 | the output alone | O1_2
dL/dA1_2 | doubled | 2*(dL/dO1_1*dO1_1/dA1_2 + dL/dO1_2*dO1_2/dA1_2)
dL/dS1_2 | paths subtracted | dL/dA1_2*dA1_2/dS1_2 - dL/dA1_1*dA1_1/dS1_2
dL/dS1_2 | the weight's gradient | dL/dA1_2
dL/dV2_2 | second row only | dL/dO2_2*dO2_2/dV2_2
dL/dX2_1 | keys only | dL/dK2_1*dK2_1/dX2_1 + dL/dK2_2*dK2_2/dX2_1
dL/dX2_2 | the queries are forgotten | dL/dK2_1*dK2_1/dX2_2 + dL/dK2_2*dK2_2/dX2_2 + dL/dV2_1*dV2_1/dX2_2 + dL/dV2_2*dV2_2/dX2_2
WK2_1_new | half a step | WK2_1 - 1/2*eta*dL/dWK2_1
""",
    "40-recurrent": """
net_h3 | the mean of the states | w*x3 + u*(out_h1 + out_h2)/2
net_h2 | the recurrent part twice | w*x2 + 2*u*out_h1
out_h3 | of w alone | tanh(w*x3)
net_yb2 | minus missing in the weight | -v2*out_h2
out_yb3 | one minus | 1 - exp(net_yb3)/(exp(net_ya3) + exp(net_yb3))
E | the second step is left out | -(t_ya1*ln(out_ya1) + t_yb1*ln(out_yb1) + t_ya3*ln(out_ya3) + t_yb3*ln(out_yb3))
delta_ya2 | mean over the steps | (out_ya2 - t_ya2)/3
delta_h2 | output errors without weights | (delta_h3*u + delta_ya2 + delta_yb2)*(1 - out_h2^2)
delta_h1 | the slope of the next step | (delta_h2*u + delta_ya1*v1 + delta_yb1*v2)*(1 - out_h2^2)
delta_h1 | minus the recurrent path | (-delta_h2*u + delta_ya1*v1 + delta_yb1*v2)*(1 - out_h1^2)
dE/dv1 | first step left out | delta_ya2*out_h2 + delta_ya3*out_h3
dE/du | only the last link | delta_h3*out_h2
dE/dw | errors at the output | delta_ya1*x1 + delta_ya2*x2 + delta_ya3*x3
u_new | twice the rate | u - 2*eta*dE/du
""",
    "41-lstm": """
net_g2 | the input gate's recurrent weight | wa1*a2 + wa2*b2 + ui*out_h1 + ba
net_f2 | state of the cell before tanh | wf1*a2 + wf2*b2 + uf*tanh(c1) + bf
out_o1 | one minus | 1 - sigmoid(net_o1)
c2 | gate on both | out_i2*(c1 + out_g2)
c2 | the forget gate squared | out_f2^2*c1 + out_i2*out_g2
out_h1 | cell of the next step's gate | out_i1*tanh(c1)
dE/dc2 | one plus | dE/dout_h2*out_o2*(1 + tanh(c2)^2)
delta_f2 | the gate of the cell | dE/dc2*c1*out_i2*(1 - out_i2)
delta_i2 | squared one minus | dE/dc2*out_g2*out_i2*(1 - out_i2)^2
delta_o2 | target for error | t_h2*tanh(c2)*out_o2*(1 - out_o2)
dE/dout_h1 | input gate left out | delta_f2*uf + delta_g2*ua + delta_o2*uo + out_h1 - t_h1
dE/dout_h1 | weights of the forget gate everywhere | delta_f2*uf + delta_i2*uf + delta_g2*uf + delta_o2*uf + out_h1 - t_h1
dE/dc1 | tanh for its slope | dE/dout_h1*out_o1*tanh(c1) + dE/dc2*out_f2
delta_g1 | the gate of the second step | dE/dc1*out_i2*(1 - out_g1^2)
dE/dwo1 | the second input of both | delta_o1*b1 + delta_o2*b2
dE/dbi | the difference | delta_i2 - delta_i1
bi_new | rate for gradient | bi - eta
""",
    "42-gru": """
net_z2 | no bias | wz*x2 + uz*out_h1
net_n1 | the reset gate on the input as well | out_r1*(wn*x1 + un*h0) + bn
out_h1 | both halves | (h0 + out_n1)/2
out_h2 | the update gate squared | out_z2^2*out_h1 + (1 - out_z2)*out_n2
delta_n2 | the old gate | dE/dout_h2*(1 - out_z1)*(1 - out_n2^2)
delta_r2 | the candidate for the state | delta_n2*un*out_n2*out_r2*(1 - out_r2)
delta_z2 | slope left out in part | dE/dout_h2*(out_h1 - out_n2)*out_z2
dE/dout_h1 | update gate's part only in the candidate | delta_r2*ur + delta_z2*uz + delta_n2*out_z2*un + dE/dout_h2*out_z2
dE/dout_h1 | input weights | delta_r2*wr + delta_z2*wz + delta_n2*out_r2*wn + dE/dout_h2*out_z2
dE/dur | the inputs | delta_r1*x1 + delta_r2*x2
dE/duz | the second step | delta_z2*out_h1
dE/dbr | minus | -(delta_r1 + delta_r2)
""",
    "43-embedding": """
out_eb2 | the row's number | x2
net_y | the middle token twice | w1*out_ea1 + w2*out_eb1 + 2*(w3*out_ea2 + w4*out_eb2) + w5*out_ea3 + w6*out_eb3
dE/dout_ea3 | weight of the other column | delta_y*w6
dE/dw5 | the middle token | delta_y*out_ea2
dE/dthe_1 | the difference | dE/dout_ea1 - dE/dout_ea3
dE/dcat_2 | the first column | dE/dout_ea2
sat_2_new | another word's | sat_2 - eta*dE/dthe_2
cat_1_new | rate twice | cat_1 - eta*eta*dE/dcat_1
""",
    "44-attention": """
qa2 | plus for minus | wq1*x2_1 - wq3*x2_2
kb1 | all of one weight | wk2*x1_1 + wk2*x1_2
s12 | absolute | abs(qa1*ka2 + qb1*kb2)/sqrt(2)
alpha11 | one minus | 1 - exp(s11)/(exp(s11) + exp(s12))
out_yb1 | with the second only | alpha12*vb2
dE/dalpha12 | one minus that of the other | dE/dout_ya1*(1 - va2) + dE/dout_yb1*(1 - vb2)
dE/ds11 | times the score | (dE/dalpha11*alpha11*(1 - alpha11) - dE/dalpha12*alpha12*alpha11)*s11
dE/ds12 | the gradients exchanged | -dE/dalpha12*alpha11*alpha12 + dE/dalpha11*alpha12*(1 - alpha12)
dE/dqa1 | squared root | dE/ds11*(1/2)*ka1 + dE/ds12*(1/2)*ka2
dE/dkb2 | the second query only | dE/ds22*(1/sqrt(2))*qb2
dE/dvb2 | one minus the weights | dE/dout_yb1*(1 - alpha12) + dE/dout_yb2*(1 - alpha22)
dE/dwq2 | the keys' gradient | dE/dkb1*x1_1 + dE/dkb2*x2_1
wv2_new | a tenth | wv2 - eta*dE/dwv2/10
""",
    "45-convolution-1d": """
net_y2 | the first weight three times | k1*(x2 + x3 + x4) + b
net_y3 | bias in the product | (k1*x3 + k2*x4 + k3*x5)*b
dE/dk2 | the difference | delta_y3*x4 - delta_y1*x2
dE/db | half | (delta_y1 + delta_y2 + delta_y3)/2
k2_new | rate thrice | k2 - 3*eta*dE/dk2
""",
    "46-convolution-2d": """
net_y1_1 | minus the second row | k1_1*x1_1 + k1_2*x1_2 - k2_1*x2_1 - k2_2*x2_2 + b
net_y2_2 | the second row only | k2_1*x3_2 + k2_2*x3_3 + b
net_y2_1 | one weight for all | k1_1*(x2_1 + x2_2 + x3_1 + x3_2) + b
E | squares of the outputs | 1/2*(out_y1_1^2 + out_y1_2^2 + out_y2_1^2 + out_y2_2^2)
dE/dk2_2 | rows of the window swapped | delta_y1_1*x3_2 + delta_y1_2*x3_3 + delta_y2_1*x2_2 + delta_y2_2*x2_3
dE/dk1_2 | last column of errors only | delta_y1_2*x1_3 + delta_y2_2*x2_3
b_new | rate over four | b - eta*dE/db/4
""",
    "47-pooling": """
net_c1_3 | sum of the window | x3 + x4
out_p2_1 | absolute of the first | abs(net_c2_1)
out_q1 | the smaller | min(out_p1_1, out_p1_2)
net_y | the mean | (w1*out_q1 + w2*out_q2)/2
dE/dout_q1 | both weights | delta_y*w1*w2
dE/dout_p2_1 | a quarter | 1/4*dE/dout_q2
delta_c1_2 | doubled | 2*dE/dout_p1_1
dE/dk2_1 | of the values | out_c2_1*x1 + out_c2_2*x2 + out_c2_3*x3 + out_c2_4*x4
dE/dw2 | the pooled sum | delta_y*(out_p2_1 + out_p2_2)
""",
    "48-small-cnn": """
net_c1_2_2 | the middle row of the kernel only | k1_2_1*x3_2 + k1_2_2*x3_3 + k1_2_3*x3_4 + b1
out_p1_1_1 | of the net inputs' sizes | abs(net_c1_2_1)
net_level | minus | w3*out_p1_1_1 - w4*out_p2_1_1
E | of base two | -ln(out_upright)/ln(2)
dE/dout_p1_1_1 | the weights of the other map | delta_upright*w2 + delta_level*w4
delta_c2_2_1 | mask and value | dE/dout_p2_1_1*out_c2_2_1
dE/dw4 | the first map | delta_level*out_p1_1_1
dE/db2 | the output's | dE/dout_p2_1_1/4
w1_new | rate squared | w1 - eta*eta*dE/dw1
""",
    "50-residual": """
net_r2 | shortcut through the last weight | out_h3_2 + w12*out_h1_2
net_h2_1 | the sum of both | (w5 + w6)*(out_h1_1 + out_h1_2)
net_y | shortcut once more | w13*out_r1 + w14*out_r2 + out_h1_1
delta_h1_1 | the shortcut twice | (delta_h2_1*w5 + delta_h2_2*w7 + 2*delta_r1)*relu'(net_h1_1)
delta_h1_2 | the upper branch's error | (delta_h2_1*w6 + delta_h2_2*w8 + delta_h3_1)*relu'(net_h1_2)
delta_h2_1 | the output's weights | (delta_r1*w13 + delta_r2*w14)*relu'(net_h2_1)
dE/dw6 | net input | delta_h2_1*net_h1_2
dE/dw14 | before the shortcut | delta_y*out_h3_2
w7_new | up | w7 + eta*dE/dw7
""",
    "51-batch-norm": """
mu_x | first and last | (x^(1) + x^(4))/2
var_x | fourth power | ((x^(1) - mu_x)^4 + (x^(2) - mu_x)^4 + (x^(3) - mu_x)^4 + (x^(4) - mu_x)^4)/4
sample 3 / xhat_x | by the number | (x^(3) - mu_x)/4
sample 4 / out_y | minus | gamma*xhat_x^(4) - beta
sample 2 / dE/dxhat_x | divided | dE/dout_y^(2)/gamma
dE/dvar_x | twice | -2*(dE/dxhat_x^(1)*xhat_x^(1) + dE/dxhat_x^(2)*xhat_x^(2) + dE/dxhat_x^(3)*xhat_x^(3) + dE/dxhat_x^(4)*xhat_x^(4))/(2*var_x)
dE/dmu_x | one sample | -dE/dxhat_x^(1)/sqrt(var_x)
dE/dgamma | centred only | dE/dout_y^(1)*(x^(1) - mu_x) + dE/dout_y^(2)*(x^(2) - mu_x) + dE/dout_y^(3)*(x^(3) - mu_x) + dE/dout_y^(4)*(x^(4) - mu_x)
sample 2 / dE/dx | no root in the first | dE/dxhat_x^(2) + 1/2*dE/dvar_x*(x^(2) - mu_x) + 1/4*dE/dmu_x
sample 3 / dE/dx | variance's part squared | dE/dxhat_x^(3)/sqrt(var_x) + 1/2*dE/dvar_x*(x^(3) - mu_x)^2 + 1/4*dE/dmu_x
sample 1 / dE/dx | the output's gradient | dE/dout_y^(1)/sqrt(var_x) + 1/2*dE/dvar_x*(x^(1) - mu_x) + 1/4*dE/dmu_x
""",
    "52-batch-norm-network": """
mu_h2 | of the other unit | (out_h1^(1) + out_h1^(2) + out_h1^(3) + out_h1^(4))/4
sample 3 / xhat_h1 | other unit's variance and mean | (out_h1^(3) - mu_h2)/sqrt(var_h2)
sample 4 / net_n2 | beta of the other | gamma2*xhat_h2^(4) + beta1
sample 2 / net_y | bias taken off | w5*out_n1^(2) + w6*out_n2^(2) - b
sample 4 / delta_y | a half | 1/2*(out_y^(4) - t_y^(4))
sample 4 / delta_n1 | bias for weight | delta_y^(4)*b
dE/dgamma2 | the outputs | delta_n2^(1)*out_n2^(1) + delta_n2^(2)*out_n2^(2) + delta_n2^(3)*out_n2^(3) + delta_n2^(4)*out_n2^(4)
sample 3 / delta_h2 | no gradient through the mean, whole variance | dE/dxhat_h2^(3)/sqrt(var_h2) + dE/dvar_h2*(out_h2^(3) - mu_h2)
dE/dw2 | first input | delta_h1^(1)*x1^(1) + delta_h1^(2)*x1^(2) + delta_h1^(3)*x1^(3) + delta_h1^(4)*x1^(4)
dE/db | the last sample | delta_y^(4)
""",
    "53-layer-norm": """
mu | the first two | (out_h1 + out_h2)/2
var | mean of squares | (out_h1^2 + out_h2^2 + out_h3^2 + out_h4^2)/4
xhat_h3 | squared distance | (out_h3 - mu)^2/sqrt(var)
out_n3 | neighbour's value | gamma3*xhat_h2 + beta3
dE/dxhat_h2 | divided | dE/dout_n2/gamma2
dE/dvar | not normalized | -(dE/dxhat_h1*out_h1 + dE/dxhat_h2*out_h2 + dE/dxhat_h3*out_h3 + dE/dxhat_h4*out_h4)/(2*var)
delta_h4 | mean's path subtracted | dE/dxhat_h4/sqrt(var) + 1/2*dE/dvar*(out_h4 - mu) - 1/4*dE/dmu
delta_h2 | the two paths only | 1/2*dE/dvar*(out_h2 - mu) + 1/4*dE/dmu
dE/dgamma4 | neighbour's value | dE/dout_n4*xhat_h3
dE/dw8 | normalized on the way back only by the root | dE/dxhat_h4/sqrt(var)*x2
beta3_new | twice | beta3 - 2*eta*dE/dbeta3
""",
    "54-dropout": """
out_d1 | one minus the rate | out_h1*m1*(1 - 0.5)
out_d3 | the rate taken off | out_h3*m3 - 0.5
net_y | only the kept, without weights | out_d1 + out_d3 + b2
delta_h3 | the output's error | delta_y*(m3/0.5)*relu'(net_h3)
delta_h1 | through two masks | dE/dout_d1*(m1/0.5)*(m3/0.5)*relu'(net_h1)
dE/dw9 | mask once more | delta_y*out_d3/0.5
dE/db1 | output's error three times | 3*delta_y
""",
    "55-transformer-block": """
out_pb2 | the code doubled | x2_2 + 2*e4
rms_2 | divided by the root of the count outside | sqrt(out_pa2^2 + out_pb2^2)/2
xhat_pb2 | by the square | out_pb2/rms_2^2
vb2 | columns exchanged | wv4*out_na2 + wv2*out_nb2
s2_1_2 | against itself | qb1*kb1
alpha1_2_2 | one minus | 1 - exp(s1_2_2)/(exp(s1_2_1) + exp(s1_2_2))
ca1 | the mean | (va1 + va2)/2
out_ha2 | heads added before | (wo1 + wo3)*(ca2 + cb2)
out_r1_2 | the raw token | out_hb1 + x1_2
net_ga2 | one input | v1*out_n5_a2
out_gb1 | one minus | net_gb1*(1 - sigmoid(net_gb1))
out_h6_b2 | the gate squared | net_h6_b2*out_gb2^2
out_s2_1 | the shortcut doubled | out_h7_a2 + 2*out_r2_1
net_ya2 | the branch only | w9*out_h7_a2 + w11*out_h7_b2
dE/dout_s1_1 | weights of the second class | delta_ya1*w10 + delta_yb1*w9
""",
    "56-radial-basis": """
sample 2 / net_h2 | product of the distances | (x1 - c3)*(x2 - c4)
sample 2 / net_h1 | plus | (x1 + c1)^2 + (x2 + c2)^2
sample 2 / out_h2 | one minus | 1 - exp(-net_h2/(2*s2^2))
sample 2 / out_h2 | a power of two | exp(-net_h2/(2*s2)^2)
sample 2 / delta_h2 | distance besides | -delta_o*w2*out_h2*net_h2*(1/(2*s2^2))
sample 2 / dE/dc4 | the width twice | 2*delta_h2*(c4 - x2)/s2^2
sample 2 / dE/ds2 | s cubed | delta_o*w2*out_h2*net_h2/s2^2
sample 2 / c4_new | old centre forgotten | -eta*dE/dc4
""",
    "57-instance-norm": """
mu_2 | the larger | max(x2_1_1, x2_1_2)
var_2 | distances not squared | (abs(x2_1_1 - mu_2) + abs(x2_1_2 - mu_2))/2
xhat_x2_1_2 | mean of the other channel | (x2_1_2 - mu_1)/sqrt(var_2)
out_y3 | beta of the other | gamma2*xhat_x2_1_1 + beta1
dE/dgamma1 | outputs | dE/dout_y1*out_y1 + dE/dout_y2*out_y2
dE/dvar_1 | one place | -dE/dxhat_x1_1_1*xhat_x1_1_1/(2*var_1)
dE/dbeta2 | first place | dE/dout_y3
""",
    "60-skip-gram": """
r2 | of the other drawn word | N1_1*v1 + N1_2*v2
s | difference | u1*v1 - u2*v2
J | the drawn words only | -(ln(sigmoid(-r1)) + ln(sigmoid(-r2)))
J | one minus outside the logarithm | -ln(sigmoid(s)) - (1 - ln(sigmoid(r1))) - (1 - ln(sigmoid(r2)))
dJ/dr1 | of the other | 1 - sigmoid(-r2)
dJ/ds | divided once | -1/sigmoid(s)
dJ/dv1 | one drawn word left out | dJ/ds*ds/dv1 + dJ/dr1*dr1/dv1
dJ/du2 | sum of all errors | (dJ/ds + dJ/dr1 + dJ/dr2)*v2
v1_new | all vectors stepped with it | v1 - eta*dJ/du1
""",
}

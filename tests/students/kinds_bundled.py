# ruff: noqa: E501 - a row is one line, however long its formula is
"""What goes wrong on the bundled problems: a line, what was done, and the wrong formula, each written by hand.

Written from what a teacher sees, after the search was built and before it was changed for them.
"""

LAYERS = {
    "40-recurrent": """
net_h2 | the state of before is left out | w*x2
net_h2 | the recurrent weight is left out | w*x2 + out_h1
net_h2 | the net input for the state | w*x2 + u*net_h1
net_h3 | the first state for the second | w*x3 + u*out_h1
net_h3 | weights exchanged | u*x3 + w*out_h2
net_h3 | one weight for both | w*x3 + w*out_h2
net_h2 | the sum is multiplied by the recurrent weight | u*(w*x2 + out_h1)
net_h3 | all states summed | w*x3 + u*out_h2 + u*out_h1
out_h2 | sigmoid for tanh | sigmoid(net_h2)
out_h2 | e^z - e^-z without the division by the sum | exp(net_h2) - exp(-net_h2)
out_h3 | tangent for tanh, as the key on the calculator | sin(net_h3)/cos(net_h3)
net_ya2 | the state of another step | v1*out_h1
out_ya2 | over the steps, not the classes | exp(net_ya2)/(exp(net_ya1) + exp(net_ya2))
out_ya2 | not divided | exp(net_ya2)
E | only the last step | -(t_ya3*ln(out_ya3) + t_yb3*ln(out_yb3))
E | mean over the steps | -(t_ya1*ln(out_ya1) + t_yb1*ln(out_yb1) + t_ya2*ln(out_ya2) + t_yb2*ln(out_yb2) + t_ya3*ln(out_ya3) + t_yb3*ln(out_yb3))/3
delta_ya2 | the target for the error | t_ya2 - out_ya2
delta_h2 | what comes from the next step is left out | (delta_ya2*v1 + delta_yb2*v2)*(1 - out_h2^2)
delta_h2 | what comes from its own output is left out | delta_h3*u*(1 - out_h2^2)
delta_h2 | slope only on one of the two | delta_h3*u + (delta_ya2*v1 + delta_yb2*v2)*(1 - out_h2^2)
delta_h2 | the slope of the next step | (delta_h3*u + delta_ya2*v1 + delta_yb2*v2)*(1 - out_h3^2)
delta_h1 | no slope | delta_h2*u + delta_ya1*v1 + delta_yb1*v2
delta_h1 | the sigmoid's slope | (delta_h2*u + delta_ya1*v1 + delta_yb1*v2)*out_h1*(1 - out_h1)
delta_h1 | the input weight for the recurrent one | (delta_h2*w + delta_ya1*v1 + delta_yb1*v2)*(1 - out_h1^2)
delta_h1 | the slope without its square | (delta_h2*u + delta_ya1*v1 + delta_yb1*v2)*(1 - out_h1)
delta_h3 | the whole through the recurrent weight, too | (delta_ya3*v1 + delta_yb3*v2)*u*(1 - out_h3^2)
dE/dw | only the last step | delta_h3*x3
dE/dw | mean over the steps | (delta_h1*x1 + delta_h2*x2 + delta_h3*x3)/3
dE/du | each with its own state | delta_h2*out_h2 + delta_h3*out_h3
dE/du | a step left out | delta_h3*out_h2
dE/du | all three steps | delta_h1*out_h1 + delta_h2*out_h2 + delta_h3*out_h3
dE/dv1 | only the last step | delta_ya3*out_h3
u_new | the gradient of w | u - eta*dE/dw
""",
    "41-lstm": """
net_f2 | the state of before is left out | wf1*a2 + wf2*b2 + bf
net_f2 | the cell for the state | wf1*a2 + wf2*b2 + uf*c1 + bf
net_i2 | the recurrent weight of another gate | wi1*a2 + wi2*b2 + uf*out_h1 + bi
net_i2 | the bias is left out | wi1*a2 + wi2*b2 + ui*out_h1
net_g2 | the inputs of the first step | wa1*a1 + wa2*b1 + ua*out_h1 + ba
out_g1 | sigmoid for the candidate | sigmoid(net_g1)
out_f1 | tanh for a gate | tanh(net_f1)
c1 | gate and candidate added | out_i1 + out_g1
c2 | the old cell without its gate | c1 + out_i2*out_g2
c2 | the gates exchanged | out_i2*c1 + out_f2*out_g2
c2 | the old cell is left out | out_i2*out_g2
c2 | no input gate | out_f2*c1 + out_g2
c2 | the state for the cell | out_f2*out_h1 + out_i2*out_g2
c2 | as in a GRU | out_f2*c1 + (1 - out_f2)*out_g2
c2 | product for sum | out_f2*c1*out_i2*out_g2
c2 | the gate of the step before | out_f1*c1 + out_i2*out_g2
out_h1 | no tanh | out_o1*c1
out_h2 | the cell without the gate | tanh(c2)
out_h2 | sigmoid of the cell | out_o2*sigmoid(c2)
out_h2 | tanh of both | tanh(out_o2*c2)
out_h2 | the old cell | out_o2*tanh(c1)
out_h2 | the candidate | out_o2*tanh(out_g2)
dE/dc2 | no slope of tanh | dE/dout_h2*out_o2
dE/dc2 | the slope with the cell itself | dE/dout_h2*out_o2*(1 - c2^2)
dE/dc2 | the gate is left out | dE/dout_h2*(1 - tanh(c2)^2)
dE/dc2 | slope without the square | dE/dout_h2*out_o2*(1 - tanh(c2))
dE/dc2 | slope with the output | dE/dout_h2*out_o2*(1 - out_h2^2)
delta_f2 | no slope | dE/dc2*c1
delta_f2 | the new cell | dE/dc2*c2*out_f2*(1 - out_f2)
delta_f2 | the slope of tanh | dE/dc2*c1*(1 - out_f2^2)
delta_f2 | the old cell is left out | dE/dc2*out_f2*(1 - out_f2)
delta_i2 | the other factor | dE/dc2*out_i2*out_i2*(1 - out_i2)
delta_g2 | the slope of a sigmoid | dE/dc2*out_i2*out_g2*(1 - out_g2)
delta_g2 | the input gate is left out | dE/dc2*(1 - out_g2^2)
delta_o2 | the cell without tanh | dE/dout_h2*c2*out_o2*(1 - out_o2)
delta_o2 | through the cell | dE/dc2*tanh(c2)*out_o2*(1 - out_o2)
delta_o2 | tanh is left out | dE/dout_h2*out_o2*(1 - out_o2)
dE/dout_h1 | the gates are left out | out_h1 - t_h1
dE/dout_h1 | its own error is left out | delta_f2*uf + delta_i2*ui + delta_g2*ua + delta_o2*uo
dE/dout_h1 | one gate is left out | delta_f2*uf + delta_i2*ui + delta_g2*ua + out_h1 - t_h1
dE/dout_h1 | the weights of the inputs | delta_f2*wf1 + delta_i2*wi1 + delta_g2*wa1 + delta_o2*wo1 + out_h1 - t_h1
dE/dc1 | what comes over the cell is left out | dE/dout_h1*out_o1*(1 - tanh(c1)^2)
dE/dc1 | only what comes over the cell | dE/dc2*out_f2
dE/dc1 | the gate of its own step | dE/dout_h1*out_o1*(1 - tanh(c1)^2) + dE/dc2*out_f1
dE/dc1 | no gate on the way back | dE/dout_h1*out_o1*(1 - tanh(c1)^2) + dE/dc2
dE/dc1 | the input gate on the way back | dE/dout_h1*out_o1*(1 - tanh(c1)^2) + dE/dc2*out_i2
dE/dwi1 | only the last step | delta_i2*a2
dE/dwi1 | the steps exchanged | delta_i1*a2 + delta_i2*a1
dE/duo | its own state | delta_o2*out_h2
dE/dbi | only the last step | delta_i2
wi1_new | up the slope | wi1 + eta*dE/dwi1
""",
    "42-gru": """
net_r1 | the state is left out | wr*x1 + br
net_z2 | the first state | wz*x2 + uz*h0 + bz
net_n1 | the reset gate is left out | wn*x1 + un*h0 + bn
net_n1 | the update gate for the reset gate | wn*x1 + out_z1*un*h0 + bn
net_n2 | the reset gate on the whole sum | out_r2*(wn*x2 + un*out_h1) + bn
net_n2 | the reset gate on the input | out_r2*wn*x2 + un*out_h1 + bn
net_n2 | the net input of the gate | wn*x2 + net_r2*un*out_h1 + bn
net_n2 | the gate of the first step | wn*x2 + out_r1*un*out_h1 + bn
out_n2 | sigmoid for the candidate | sigmoid(net_n2)
out_h1 | the gates the other way round | (1 - out_z1)*h0 + out_z1*out_n1
out_h1 | no part of the old state | (1 - out_z1)*out_n1
out_h1 | the candidate whole | out_z1*h0 + out_n1
out_h1 | the old state whole | h0 + (1 - out_z1)*out_n1
out_h2 | the first state | out_z2*h0 + (1 - out_z2)*out_n2
out_h2 | the candidate alone | out_n2
out_h2 | the net input of the candidate | out_z2*out_h1 + (1 - out_z2)*net_n2
out_h2 | the reset gate | out_r2*out_h1 + (1 - out_r2)*out_n2
delta_n2 | the gate the other way round | dE/dout_h2*out_z2*(1 - out_n2^2)
delta_n2 | no slope | dE/dout_h2*(1 - out_z2)
delta_n2 | the slope of a sigmoid | dE/dout_h2*(1 - out_z2)*out_n2*(1 - out_n2)
delta_n2 | no gate | dE/dout_h2*(1 - out_n2^2)
delta_r2 | the state is left out | delta_n2*un*out_r2*(1 - out_r2)
delta_r2 | the weight is left out | delta_n2*out_h1*out_r2*(1 - out_r2)
delta_r2 | no slope | delta_n2*un*out_h1
delta_z2 | the sign | dE/dout_h2*(out_n2 - out_h1)*out_z2*(1 - out_z2)
delta_z2 | only the old state | dE/dout_h2*out_h1*out_z2*(1 - out_z2)
delta_z2 | only the candidate | -dE/dout_h2*out_n2*out_z2*(1 - out_z2)
delta_z2 | the new state | dE/dout_h2*(out_h2 - out_n2)*out_z2*(1 - out_z2)
delta_z2 | no slope | dE/dout_h2*(out_h1 - out_n2)
dE/dout_h1 | what goes straight back is left out | delta_r2*ur + delta_z2*uz + delta_n2*out_r2*un
dE/dout_h1 | the reset gate is left out | delta_r2*ur + delta_z2*uz + delta_n2*un + dE/dout_h2*out_z2
dE/dout_h1 | only what goes straight back | dE/dout_h2*out_z2
dE/dout_h1 | the other share | delta_r2*ur + delta_z2*uz + delta_n2*out_r2*un + dE/dout_h2*(1 - out_z2)
dE/dout_h1 | one gate is left out | delta_r2*ur + delta_n2*out_r2*un + dE/dout_h2*out_z2
dE/dun | the reset gate is left out | delta_n1*h0 + delta_n2*out_h1
dE/dur | its own state | delta_r1*out_h1 + delta_r2*out_h2
dE/dwz | one step is left out | delta_z2*x2
dE/dv | the state before | delta_y*out_h1
""",
    "43-embedding": """
out_ea2 | the row before | the_1
out_ea2 | the row after | sat_1
out_ea2 | the other column | cat_2
net_y | a token is left out | w1*out_ea1 + w2*out_eb1 + w3*out_ea2 + w4*out_eb2
net_y | the second column left out | w1*out_ea1 + w3*out_ea2 + w5*out_ea3
delta_y | the sign | t_y - out_y
dE/dout_ea2 | no weight | delta_y
dE/dout_ea2 | another weight | delta_y*w4
dE/dw3 | the weight for its input | delta_y*w3
dE/dw3 | the other column | delta_y*out_eb2
dE/dthe_1 | only the first time | dE/dout_ea1
dE/dthe_1 | only the last time | dE/dout_ea3
dE/dthe_1 | the mean of both | (dE/dout_ea1 + dE/dout_ea3)/2
dE/dthe_1 | all three | dE/dout_ea1 + dE/dout_ea2 + dE/dout_ea3
dE/dthe_1 | the other column | dE/dout_eb1 + dE/dout_eb3
dE/dcat_1 | times its own entry | dE/dout_ea2*cat_1
dE/dcat_1 | another token's | dE/dout_ea1
dE/dthe_1 | times the entry | (dE/dout_ea1 + dE/dout_ea3)*the_1
the_1_new | not updated | the_1
the_1_new | up | the_1 + eta*dE/dthe_1
sat_1_new | another word's gradient | sat_1 - eta*dE/dcat_1
cat_2_new | no rate | cat_2 - dE/dcat_2
""",
    "44-attention": """
qa1 | transposed | wq1*x1_1 + wq2*x1_2
qa1 | the key's matrix | wk1*x1_1 + wk3*x1_2
ka2 | the first token | wk1*x1_1 + wk3*x1_2
s12 | not divided by the root | qa1*ka2 + qb1*kb2
s12 | divided by the dimension | (qa1*ka2 + qb1*kb2)/2
s12 | only the first part | qa1*ka2/sqrt(2)
s12 | the value for the key | (qa1*va2 + qb1*vb2)/sqrt(2)
s12 | query and key exchanged | (qa2*ka1 + qb2*kb1)/sqrt(2)
s12 | times the root | (qa1*ka2 + qb1*kb2)*sqrt(2)
s12 | queries with queries | (qa1*qa2 + qb1*qb2)/sqrt(2)
alpha12 | over the columns | exp(s12)/(exp(s12) + exp(s22))
alpha12 | no exponential | s12/(s11 + s12)
alpha12 | not divided | exp(s12)
out_ya1 | keys for values | alpha11*ka1 + alpha12*ka2
out_ya1 | the weights of the other column | alpha11*va1 + alpha21*va2
out_ya1 | the scores for the weights | s11*va1 + s12*va2
out_ya1 | its own value only | alpha11*va1
out_yb1 | the other part of the value | alpha11*va1 + alpha12*va2
E | mean over the outputs | (E_ya1 + E_yb1 + E_ya2 + E_yb2)/4
dE/dalpha11 | one part is left out | dE/dout_ya1*va1
dE/dalpha12 | keys for values | dE/dout_ya1*ka2 + dE/dout_yb1*kb2
dE/dalpha12 | the first value | dE/dout_ya1*va1 + dE/dout_yb1*vb1
dE/ds11 | only its own weight | dE/dalpha11*alpha11*(1 - alpha11)
dE/ds11 | as for a sigmoid of both | dE/dalpha11*alpha11*(1 - alpha11) + dE/dalpha12*alpha12*(1 - alpha12)
dE/ds11 | the sign between them | dE/dalpha11*alpha11*(1 - alpha11) + dE/dalpha12*alpha12*alpha11
dE/ds12 | straight through | dE/dalpha12
dE/dqa1 | no root | dE/ds11*ka1 + dE/ds12*ka2
dE/dqa1 | one token is left out | dE/ds11*(1/sqrt(2))*ka1
dE/dqa1 | the query for the key | dE/ds11*(1/sqrt(2))*qa1 + dE/ds12*(1/sqrt(2))*qa2
dE/dka1 | the scores of its own row | dE/ds11*(1/sqrt(2))*qa1 + dE/ds12*(1/sqrt(2))*qa2
dE/dka2 | one token is left out | dE/ds22*(1/sqrt(2))*qa2
dE/dva1 | one token is left out | dE/dout_ya1*alpha11
dE/dva1 | the weights of its own row | dE/dout_ya1*alpha11 + dE/dout_ya2*alpha12
dE/dva1 | the scores for the weights | dE/dout_ya1*s11 + dE/dout_ya2*s21
dE/dva1 | no weights | dE/dout_ya1 + dE/dout_ya2
dE/dwq1 | one token is left out | dE/dqa1*x1_1
dE/dwq1 | the tokens exchanged | dE/dqa1*x2_1 + dE/dqa2*x1_1
dE/dwk1 | the gradient of the query | dE/dqa1*x1_1 + dE/dqa2*x2_1
dE/dwq3 | the other part of the token | dE/dqa1*x1_1 + dE/dqa2*x2_1
wk1_new | up | wk1 + eta*dE/dwk1
""",
    "45-convolution-1d": """
net_y1 | the kernel turned round | k3*x1 + k2*x2 + k1*x3 + b
net_y2 | the kernel turned round | k3*x2 + k2*x3 + k1*x4 + b
net_y2 | no bias | k1*x2 + k2*x3 + k3*x4
net_y2 | moved by two | k1*x3 + k2*x4 + k3*x5 + b
net_y2 | not moved | k1*x1 + k2*x2 + k3*x3 + b
net_y3 | a bias for each entry | k1*x3 + k2*x4 + k3*x5 + 3*b
net_y3 | mean of the window | (k1*x3 + k2*x4 + k3*x5)/3 + b
E | divided by the outputs | (E_y1 + E_y2 + E_y3)/3
dE/dk1 | only the first place | delta_y1*x1
dE/dk1 | one place is left out | delta_y1*x1 + delta_y2*x2
dE/dk1 | the first input everywhere | (delta_y1 + delta_y2 + delta_y3)*x1
dE/dk2 | the window of the first weight | delta_y1*x1 + delta_y2*x2 + delta_y3*x3
dE/dk1 | the window turned round | delta_y1*x3 + delta_y2*x4 + delta_y3*x5
dE/dk1 | the errors in the other order | delta_y3*x1 + delta_y2*x2 + delta_y1*x3
dE/dk1 | mean over the places | (delta_y1*x1 + delta_y2*x2 + delta_y3*x3)/3
dE/dk2 | times the weight | (delta_y1 + delta_y2 + delta_y3)*k2
dE/db | mean over the places | (delta_y1 + delta_y2 + delta_y3)/3
dE/db | only the last | delta_y3
dE/db | times the bias | (delta_y1 + delta_y2 + delta_y3)*b
k1_new | the gradient of k2 | k1 - eta*dE/dk2
k2_new | no rate | k2 - dE/dk2
k3_new | up | k3 + eta*dE/dk3
""",
    "46-convolution-2d": """
net_y1_2 | the kernel turned by 180 degrees | k2_2*x1_2 + k2_1*x1_3 + k1_2*x2_2 + k1_1*x2_3 + b
net_y1_2 | the kernel transposed | k1_1*x1_2 + k2_1*x1_3 + k1_2*x2_2 + k2_2*x2_3 + b
net_y1_2 | the columns turned round | k1_2*x1_2 + k1_1*x1_3 + k2_2*x2_2 + k2_1*x2_3 + b
net_y1_2 | the rows turned round | k2_1*x1_2 + k2_2*x1_3 + k1_1*x2_2 + k1_2*x2_3 + b
net_y1_2 | the window below | k1_1*x2_1 + k1_2*x2_2 + k2_1*x3_1 + k2_2*x3_2 + b
net_y2_2 | the first window | k1_1*x1_1 + k1_2*x1_2 + k2_1*x2_1 + k2_2*x2_2 + b
net_y2_1 | only the first row | k1_1*x2_1 + k1_2*x2_2 + b
net_y2_2 | no bias | k1_1*x2_2 + k1_2*x2_3 + k2_1*x3_2 + k2_2*x3_3
net_y2_2 | bias four times | k1_1*x2_2 + k1_2*x2_3 + k2_1*x3_2 + k2_2*x3_3 + 4*b
net_y2_1 | bias taken off | k1_1*x2_1 + k1_2*x2_2 + k2_1*x3_1 + k2_2*x3_2 - b
out_y1_1 | no activation | net_y1_1
out_y1_1 | the size for the positive part | abs(net_y1_1)
delta_y1_1 | mask left out | out_y1_1 - t_y1_1
delta_y1_2 | times the output | (out_y1_2 - t_y1_2)*out_y1_2
dE/dk1_1 | one place is left out | delta_y1_1*x1_1 + delta_y1_2*x1_2 + delta_y2_1*x2_1
dE/dk1_2 | the windows of the first weight | delta_y1_1*x1_1 + delta_y1_2*x1_2 + delta_y2_1*x2_1 + delta_y2_2*x2_2
dE/dk2_1 | turned by 180 degrees | delta_y2_2*x2_1 + delta_y2_1*x2_2 + delta_y1_2*x3_1 + delta_y1_1*x3_2
dE/dk2_1 | mean over the places | (delta_y1_1*x2_1 + delta_y1_2*x2_2 + delta_y2_1*x3_1 + delta_y2_2*x3_2)/4
dE/dk2_1 | transposed | delta_y1_1*x1_2 + delta_y1_2*x1_3 + delta_y2_1*x2_2 + delta_y2_2*x2_3
dE/db | divided by the places | (delta_y1_1 + delta_y1_2 + delta_y2_1 + delta_y2_2)/4
dE/db | without the dead and the last | delta_y1_2 + delta_y2_1
k1_1_new | up | k1_1 + eta*dE/dk1_1
k2_1_new | no rate | k2_1 - dE/dk2_1
""",
    "47-pooling": """
net_c1_2 | the kernel turned round | k1_2*x2 + k1_1*x3
net_c2_2 | the other kernel | k1_1*x2 + k1_2*x3
net_c1_3 | moved by two | k1_1*x5 + k1_2*x5
out_c1_1 | no activation | net_c1_1
out_p1_1 | the mean | (out_c1_1 + out_c1_2)/2
out_p1_1 | the sum | out_c1_1 + out_c1_2
out_p1_2 | windows that overlap | max(out_c1_2, out_c1_3)
out_p2_1 | the smallest | min(out_c2_1, out_c2_2)
out_p2_1 | over the other map | max(out_c1_1, out_c1_2)
out_q1 | the largest | max(out_p1_1, out_p1_2)
out_q1 | not divided | out_p1_1 + out_p1_2
out_q1 | over the maps | (out_p1_1 + out_p2_1)/2
dE/dout_q2 | the weight of the other | delta_y*w1
dE/dout_p1_1 | not shared | dE/dout_q1
dE/dout_p2_1 | divided by four | dE/dout_q2/4
delta_c1_2 | also halved by the pool | 1/2*dE/dout_p1_1
delta_c1_1 | also to what is not the largest | dE/dout_p1_1
delta_c2_2 | also to what is not the largest | dE/dout_p2_1
delta_c2_4 | times the value | dE/dout_p2_2*out_c2_4
dE/dk1_1 | the window of the second weight | delta_c1_1*x2 + delta_c1_2*x3 + delta_c1_3*x4 + delta_c1_4*x5
dE/dk1_2 | only the first winner | delta_c1_2*x3
dE/dk2_2 | the errors of the other map | delta_c1_1*x2 + delta_c1_2*x3 + delta_c1_3*x4 + delta_c1_4*x5
dE/dw1 | before the mean | delta_y*out_p1_1
dE/dw1 | the other map | delta_y*out_q2
w1_new | up | w1 + eta*dE/dw1
""",
    "48-small-cnn": """
net_c1_1_1 | no bias | k1_1_1*x1_1 + k1_1_2*x1_2 + k1_1_3*x1_3 + k1_2_1*x2_1 + k1_2_2*x2_2 + k1_2_3*x2_3 + k1_3_1*x3_1 + k1_3_2*x3_2 + k1_3_3*x3_3
net_c1_2_1 | the kernel turned by 180 degrees | k1_3_3*x2_1 + k1_3_2*x2_2 + k1_3_1*x2_3 + k1_2_3*x3_1 + k1_2_2*x3_2 + k1_2_1*x3_3 + k1_1_3*x4_1 + k1_1_2*x4_2 + k1_1_1*x4_3 + b1
net_c1_2_1 | the window above | k1_1_1*x1_1 + k1_1_2*x1_2 + k1_1_3*x1_3 + k1_2_1*x2_1 + k1_2_2*x2_2 + k1_2_3*x2_3 + k1_3_1*x3_1 + k1_3_2*x3_2 + k1_3_3*x3_3 + b1
net_c2_2_1 | the other map's kernel | k1_1_1*x2_1 + k1_1_2*x2_2 + k1_1_3*x2_3 + k1_2_1*x3_1 + k1_2_2*x3_2 + k1_2_3*x3_3 + k1_3_1*x4_1 + k1_3_2*x4_2 + k1_3_3*x4_3 + b2
net_c2_1_1 | the bias of the other map | k2_1_1*x1_1 + k2_1_2*x1_2 + k2_1_3*x1_3 + k2_2_1*x2_1 + k2_2_2*x2_2 + k2_2_3*x2_3 + k2_3_1*x3_1 + k2_3_2*x3_2 + k2_3_3*x3_3 + b1
net_c2_1_1 | transposed | k2_1_1*x1_1 + k2_2_1*x1_2 + k2_3_1*x1_3 + k2_1_2*x2_1 + k2_2_2*x2_2 + k2_3_2*x2_3 + k2_1_3*x3_1 + k2_2_3*x3_2 + k2_3_3*x3_3 + b2
out_p1_1_1 | the mean | (out_c1_1_1 + out_c1_1_2 + out_c1_2_1 + out_c1_2_2)/4
out_p1_1_1 | only the first row | max(out_c1_1_1, out_c1_1_2)
net_upright | the other row of weights | w3*out_p1_1_1 + w4*out_p2_1_1
out_upright | the sigmoid | sigmoid(net_upright)
out_upright | not divided | exp(net_upright)
E | the other class | -ln(out_level)
E | minus left out | ln(out_upright)
delta_upright | slope multiplied on | (out_upright - t_upright)*out_upright*(1 - out_upright)
dE/dout_p1_1_1 | one path | delta_upright*w1
dE/dout_p1_1_1 | transposed | delta_upright*w1 + delta_level*w2
delta_c1_2_1 | divided among the four | 1/4*dE/dout_p1_1_1
delta_c1_1_1 | to all four | dE/dout_p1_1_1
dE/dw2 | the other map | delta_upright*out_p1_1_1
dE/dk1_1_3 | the windows of another weight | delta_c1_1_1*x1_2 + delta_c1_1_2*x1_3 + delta_c1_2_1*x2_2 + delta_c1_2_2*x2_3
dE/db1 | the other map | delta_c2_1_1 + delta_c2_1_2 + delta_c2_2_1 + delta_c2_2_2
k1_1_3_new | up | k1_1_3 + eta*dE/dk1_1_3
""",
    "49-maxout": """
net_h1_1 | the other piece | w3*x1 + w4*x2 + b2
out_h1 | the smaller | min(net_h1_1, net_h1_2)
out_h1 | the sum | net_h1_1 + net_h1_2
out_h1 | the largest in size | net_h1_1
out_h1 | relu of the first | relu(net_h1_1)
out_h2 | the mean | (net_h2_1 + net_h2_2)/2
net_y | no bias | w9*out_h1 + w10*out_h2
net_y | weights exchanged | w10*out_h1 + w9*out_h2
dE/dout_h2 | the other weight | delta_y*w9
delta_h1_1 | to both pieces | dE/dout_h1
delta_h1_2 | half to each | 1/2*dE/dout_h1
delta_h2_1 | times the net input | dE/dout_h2*net_h2_1
dE/dw3 | of the other piece | delta_h1_1*x1
dE/dw4 | the other input | delta_h1_2*x1
dE/dw4 | no input | delta_h1_2
dE/dw9 | the net input of the loser | delta_y*net_h1_1
w4_new | up | w4 + eta*dE/dw4
b2_new | not updated | b2
""",
    "50-residual": """
net_r1 | no shortcut | out_h3_1
net_r1 | the input for the first layer | out_h3_1 + x1
net_r1 | the layer before | out_h3_1 + out_h2_1
net_r1 | the net input on the shortcut | out_h3_1 + net_h1_1
net_r1 | product for sum | out_h3_1*out_h1_1
net_r1 | difference for sum | out_h3_1 - out_h1_1
net_r1 | the other unit | out_h3_1 + out_h1_2
out_r1 | relu before the sum | relu(out_h3_1) + out_h1_1
out_h3_1 | relu here, too | relu(net_h3_1)
net_h3_2 | transposed | w10*out_h2_1 + w12*out_h2_2
delta_h1_1 | the shortcut is left out | (delta_h2_1*w5 + delta_h2_2*w7)*relu'(net_h1_1)
delta_h1_1 | only the shortcut | delta_r1*relu'(net_h1_1)
delta_h1_1 | the shortcut of the other unit | (delta_h2_1*w5 + delta_h2_2*w7 + delta_r2)*relu'(net_h1_1)
delta_h1_1 | the error at the end of the block | (delta_h2_1*w5 + delta_h2_2*w7 + delta_h3_1)*relu'(net_h1_1)
delta_h1_1 | delta of the output on the shortcut | (delta_h2_1*w5 + delta_h2_2*w7 + delta_y)*relu'(net_h1_1)
delta_h1_1 | product for sum | (delta_h2_1*w5 + delta_h2_2*w7)*delta_r1
delta_h1_2 | transposed | (delta_h2_1*w7 + delta_h2_2*w8 + delta_r2)*relu'(net_h1_2)
delta_h1_1 | one path is left out | (delta_h2_1*w5 + delta_r1)*relu'(net_h1_1)
delta_h2_1 | no weights | (delta_h3_1 + delta_h3_2)*relu'(net_h2_1)
delta_h3_1 | halved, as the sum has two | 1/2*delta_r1
delta_r1 | no weight | delta_y*relu'(net_r1)
dE/dw13 | without the shortcut | delta_y*out_h3_1
dE/dw9 | the shortcut's input | delta_h3_1*out_h1_1
dE/dw1 | the later error | delta_r1*x1
""",
    "51-batch-norm": """
mu_x | a sample is left out | (x^(1) + x^(2) + x^(3))/4
mu_x | not divided | x^(1) + x^(2) + x^(3) + x^(4)
var_x | divided by n - 1 | ((x^(1) - mu_x)^2 + (x^(2) - mu_x)^2 + (x^(3) - mu_x)^2 + (x^(4) - mu_x)^2)/3
var_x | not divided | (x^(1) - mu_x)^2 + (x^(2) - mu_x)^2 + (x^(3) - mu_x)^2 + (x^(4) - mu_x)^2
var_x | the standard deviation | sqrt(((x^(1) - mu_x)^2 + (x^(2) - mu_x)^2 + (x^(3) - mu_x)^2 + (x^(4) - mu_x)^2)/4)
var_x | not squared, sizes | (abs(x^(1) - mu_x) + abs(x^(2) - mu_x) + abs(x^(3) - mu_x) + abs(x^(4) - mu_x))/4
var_x | mean of the squares | (x^(1)^2 + x^(2)^2 + x^(3)^2 + x^(4)^2)/4
sample 1 / xhat_x | divided by the variance | (x^(1) - mu_x)/var_x
sample 1 / xhat_x | not divided | x^(1) - mu_x
sample 1 / xhat_x | the mean not taken off | x^(1)/sqrt(var_x)
sample 2 / xhat_x | the sign | (mu_x - x^(2))/sqrt(var_x)
sample 1 / out_y | no shift | gamma*xhat_x^(1)
sample 1 / out_y | exchanged | beta*xhat_x^(1) + gamma
sample 1 / out_y | brackets | gamma*(xhat_x^(1) + beta)
sample 1 / out_y | the input | gamma*x^(1) + beta
sample 1 / dE/dxhat_x | no gamma | dE/dout_y^(1)
sample 1 / dE/dxhat_x | divided by gamma | dE/dout_y^(1)/gamma
dE/dgamma | mean | (dE/dout_y^(1)*xhat_x^(1) + dE/dout_y^(2)*xhat_x^(2) + dE/dout_y^(3)*xhat_x^(3) + dE/dout_y^(4)*xhat_x^(4))/4
dE/dgamma | times the inputs | dE/dout_y^(1)*x^(1) + dE/dout_y^(2)*x^(2) + dE/dout_y^(3)*x^(3) + dE/dout_y^(4)*x^(4)
dE/dgamma | times the outputs | dE/dout_y^(1)*out_y^(1) + dE/dout_y^(2)*out_y^(2) + dE/dout_y^(3)*out_y^(3) + dE/dout_y^(4)*out_y^(4)
dE/dgamma | the later gradients | dE/dxhat_x^(1)*xhat_x^(1) + dE/dxhat_x^(2)*xhat_x^(2) + dE/dxhat_x^(3)*xhat_x^(3) + dE/dxhat_x^(4)*xhat_x^(4)
dE/dbeta | mean | (dE/dout_y^(1) + dE/dout_y^(2) + dE/dout_y^(3) + dE/dout_y^(4))/4
dE/dbeta | one sample | dE/dout_y^(4)
sample 1 / dE/dx | mean and variance taken for constants | dE/dxhat_x^(1)*(1/sqrt(var_x))
sample 1 / dE/dx | only the variance taken for a constant | dE/dxhat_x^(1)*(1/sqrt(var_x)) + 1/4*dE/dmu_x
sample 1 / dE/dx | only the mean taken for a constant | dE/dxhat_x^(1)*(1/sqrt(var_x)) + 1/2*dE/dvar_x*(x^(1) - mu_x)
sample 1 / dE/dx | not divided by the count | dE/dxhat_x^(1)*(1/sqrt(var_x)) + 1/2*dE/dvar_x*(x^(1) - mu_x) + dE/dmu_x
sample 1 / dE/dx | 2/n as 1/n | dE/dxhat_x^(1)*(1/sqrt(var_x)) + 1/4*dE/dvar_x*(x^(1) - mu_x) + 1/4*dE/dmu_x
sample 1 / dE/dx | no gamma on the way | dE/dout_y^(1)*(1/sqrt(var_x)) + 1/2*dE/dvar_x*(x^(1) - mu_x) + 1/4*dE/dmu_x
dE/dmu_x | the sign | dE/dxhat_x^(1)*(1/sqrt(var_x)) + dE/dxhat_x^(2)*(1/sqrt(var_x)) + dE/dxhat_x^(3)*(1/sqrt(var_x)) + dE/dxhat_x^(4)*(1/sqrt(var_x))
dE/dvar_x | the power 3/2 as 1/2 | -dE/dxhat_x^(1)*(xhat_x^(1)/2) - dE/dxhat_x^(2)*(xhat_x^(2)/2) - dE/dxhat_x^(3)*(xhat_x^(3)/2) - dE/dxhat_x^(4)*(xhat_x^(4)/2)
gamma_new | the gradient of beta | gamma - eta*dE/dbeta
beta_new | up | beta + eta*dE/dbeta
""",
    "52-batch-norm-network": """
sample 2 / net_h1 | the inputs of the first sample | w1*x1^(1) + w2*x2^(1)
mu_h1 | the inputs' mean | (x1^(1) + x1^(2) + x1^(3) + x1^(4))/4
var_h1 | n - 1 | ((out_h1^(1) - mu_h1)^2 + (out_h1^(2) - mu_h1)^2 + (out_h1^(3) - mu_h1)^2 + (out_h1^(4) - mu_h1)^2)/3
sample 1 / xhat_h1 | the variance | (out_h1^(1) - mu_h1)/var_h1
sample 2 / xhat_h2 | the other unit's mean | (out_h2^(2) - mu_h1)/sqrt(var_h2)
sample 2 / net_n2 | the other unit's gamma | gamma1*xhat_h2^(2) + beta2
sample 2 / net_n2 | no shift | gamma2*xhat_h2^(2)
sample 2 / net_n2 | the normalized value of the other | gamma2*xhat_h1^(2) + beta2
sample 1 / out_n1 | no activation | net_n1^(1)
sample 3 / net_y | no bias | w5*out_n1^(3) + w6*out_n2^(3)
sample 3 / net_y | before the activation | w5*net_n1^(3) + w6*net_n2^(3) + b
E | sum | E^(1) + E^(2) + E^(3) + E^(4)
sample 3 / delta_y | not divided | out_y^(3) - t_y^(3)
sample 3 / delta_n1 | the other weight | delta_y^(3)*w6*relu'(net_n1^(3))
sample 3 / dE/dxhat_h2 | no gamma | delta_n2^(3)
""",
    "53-layer-norm": """
mu | the number of inputs | (out_h1 + out_h2 + out_h3 + out_h4)/2
mu | a unit is left out | (out_h1 + out_h2 + out_h3)/4
var | n - 1 | ((out_h1 - mu)^2 + (out_h2 - mu)^2 + (out_h3 - mu)^2 + (out_h4 - mu)^2)/3
var | not divided | (out_h1 - mu)^2 + (out_h2 - mu)^2 + (out_h3 - mu)^2 + (out_h4 - mu)^2
var | the root | sqrt(((out_h1 - mu)^2 + (out_h2 - mu)^2 + (out_h3 - mu)^2 + (out_h4 - mu)^2)/4)
xhat_h1 | the variance | (out_h1 - mu)/var
xhat_h1 | not centred | out_h1/sqrt(var)
xhat_h3 | not divided | out_h3 - mu
out_n4 | no shift | gamma4*xhat_h4
out_n4 | no scale | xhat_h4 + beta4
out_n4 | the scale of another unit | gamma1*xhat_h4 + beta4
out_n3 | the unit itself | gamma3*out_h3 + beta3
net_y | the units before | w9*out_h1 + w10*out_h2 + w11*out_h3 + w12*out_h4
dE/dxhat_h4 | no scale | dE/dout_n4
dE/dxhat_h4 | the shift | dE/dout_n4*beta4
delta_h1 | mean and variance taken for constants | dE/dxhat_h1*(1/sqrt(var))
delta_h2 | only the mean taken for a constant | dE/dxhat_h2*(1/sqrt(var)) + 1/2*dE/dvar*(out_h2 - mu)
delta_h2 | only the variance taken for a constant | dE/dxhat_h2*(1/sqrt(var)) + 1/4*dE/dmu
delta_h3 | variance for root | dE/dxhat_h3*(1/var) + 1/2*dE/dvar*(out_h3 - mu) + 1/4*dE/dmu
dE/dgamma4 | times the unit | dE/dout_n4*out_h4
dE/dgamma4 | the later gradient | dE/dxhat_h4*xhat_h4
dE/dgamma3 | alone | dE/dout_n3
dE/dbeta2 | times the value | dE/dout_n2*xhat_h2
dE/db | one unit | delta_h4
dE/db | mean | (delta_h1 + delta_h2 + delta_h3)/4
dE/dw8 | the other input | delta_h4*x1
gamma4_new | up | gamma4 + eta*dE/dgamma4
""",
    "54-dropout": """
out_d1 | not scaled | out_h1*m1
out_d1 | scaled with the rate | out_h1*m1*0.5
out_d3 | the mask the other way round | out_h3*(1 - m3)/0.5
out_d2 | no mask | out_h2/0.5
out_d2 | nothing done | out_h2
net_y | without dropout | w7*out_h1 + w8*out_h2 + w9*out_h3 + b2
net_y | no bias | w7*out_d1 + w8*out_d2 + w9*out_d3
net_y | the weights scaled again | (w7*out_d1 + w8*out_d2 + w9*out_d3)*0.5 + b2
delta_y | the sign | t_y - out_y
dE/dout_d1 | another weight | delta_y*w8
delta_h1 | not scaled | dE/dout_d1*m1*relu'(net_h1)
delta_h3 | scaled with the rate | dE/dout_d3*m3*0.5*relu'(net_h3)
delta_h2 | no mask | dE/dout_d2*relu'(net_h2)
delta_h2 | no mask, but scaled | dE/dout_d2/0.5*relu'(net_h2)
delta_h3 | times the output | dE/dout_d3*(m3/0.5)*out_h3
dE/dw7 | before dropout | delta_y*out_h1
dE/dw8 | before dropout | delta_y*out_h2
dE/dw6 | the other input | delta_h3*x1
dE/db1 | one unit is left out | delta_h1 + delta_h2
dE/db1 | mean | (delta_h1 + delta_h2 + delta_h3)/3
w7_new | up | w7 + eta*dE/dw7
""",
}

OTHERS = {
    "05-sigmoid-circuit": """
g1 | added | w0 + x0
g4 | the last weight multiplied | g3*w2
g5 | the sign is left out | g4
g6 | the power of two | 2^g5
g7 | taken off | 1 - g6
f | not inverted | g7
df/dg7 | the sign | 1/g7^2
df/dg7 | not squared | -1/g7
df/dg6 | added | df/dg7 + dg7/dg6
dg6/dg5 | the exponent in front | g5*g6
df/dg4 | the minus is lost | df/dg5
df/dx0 | the value of x | df/dg1*x0
df/dw1 | the other factor | df/dg2*w1
df/dw2 | times the weight | df/dg4*w2
""",
    "07-two-paths": """
c | product | a*b
e | sum | c + d
de/dd | its own value | d
de/dc | one | 1
de/db | the first path only | de/dc*dc/db
de/db | the second path only | de/dd*dd/db
de/db | product of the paths | de/dc*dc/db*de/dd*dd/db
de/db | times the value | (de/dc*dc/db + de/dd*dd/db)*b
de/db | the mean of the paths | (de/dc*dc/db + de/dd*dd/db)/2
de/da | both paths | de/dc + de/dd
""",
    "09-mazur": """
net_h1 | transposed | w1*i1 + w3*i2 + b1
net_h1 | the bias in the bracket | w1*i1 + w2*(i2 + b1)
net_h1 | the bias as a factor | (w1*i1 + w2*i2)*b1
net_o1 | the sigmoid applied twice | w5*sigmoid(out_h1) + w6*sigmoid(out_h2) + b2
net_o1 | the inputs | w5*i1 + w6*i2 + b2
out_h1 | applied twice | sigmoid(sigmoid(net_h1))
out_o1 | without the one | 1/exp(-net_o1)
out_o2 | of the other net input | sigmoid(net_o1)
out_o1 | ten for e | 1/(1 + 10^(-net_o1))
E_o1 | no half | (t_o1 - out_o1)^2
E_o1 | of the squares | 1/2*(t_o1^2 - out_o1^2)
E_o2 | the size | 1/2*abs(t_o2 - out_o2)
E | mean | (E_o1 + E_o2)/2
E | product | E_o1*E_o2
delta_o1 | the target in the slope | (out_o1 - t_o1)*t_o1*(1 - t_o1)
delta_o1 | plus in the slope | (out_o1 - t_o1)*out_o1*(1 + out_o1)
delta_o1 | the square of one minus | (out_o1 - t_o1)*(1 - out_o1)^2
delta_o1 | one minus the square | (out_o1 - t_o1)*(1 - out_o1^2)
delta_o1 | brackets lost | out_o1 - t_o1*out_o1*(1 - out_o1)
delta_o1 | the error times the net input | (out_o1 - t_o1)*net_o1
delta_o2 | the error of the other | (out_o1 - t_o1)*out_o2*(1 - out_o2)
delta_h1 | the biggest only | delta_o1*w5*out_h1*(1 - out_h1)
delta_h1 | the difference for the sum | (delta_o1*w5 - delta_o2*w7)*out_h1*(1 - out_h1)
delta_h1 | brackets lost | delta_o1*w5 + delta_o2*w7*out_h1*(1 - out_h1)
delta_h1 | the row for the column | (delta_o1*w5 + delta_o2*w6)*out_h1*(1 - out_h1)
delta_h1 | the slope at the outputs above | (delta_o1*w5 + delta_o2*w7)*out_o1*(1 - out_o1)
delta_h1 | times the input | (delta_o1*w5 + delta_o2*w7)*out_h1*(1 - out_h1)*i1
delta_h2 | the deltas exchanged | (delta_o2*w6 + delta_o1*w8)*out_h2*(1 - out_h2)
dE/dw5 | the weight | delta_o1*w5
dE/dw5 | the output's output | delta_o1*out_o1
dE/dw6 | the other unit | delta_o1*out_h1
dE/dw1 | delta of the output | delta_o1*i1
dE/dw2 | the slope once more | delta_h1*i2*i2*(1 - i2)
w5_new | the rate on both | eta*(w5 - dE/dw5)
w5_new | the rate on the weight | eta*w5 - dE/dw5
w6_new | delta for the gradient | w6 - eta*delta_o1
w1_new | times the weight | w1 - eta*dE/dw1*w1
w1_new | divided by the rate | w1 - dE/dw1/eta
""",
    "16-softmax-network": """
out_c1 | over the nets | exp(net_c1)/(net_c1 + net_c2 + net_c3)
out_c2 | one left out below | exp(net_c2)/(exp(net_c1) + exp(net_c3))
out_c3 | the sigmoid | sigmoid(net_c3)
out_c3 | linear | net_c3/(net_c1 + net_c2 + net_c3)
E | the wrong class | -ln(out_c1)
E | log to the base 10 | -log10(out_c2)
E | all of them | -(ln(out_c1) + ln(out_c2) + ln(out_c3))
E | squares | 1/2*((out_c1 - t_c1)^2 + (out_c2 - t_c2)^2 + (out_c3 - t_c3)^2)
E | one minus | 1 - out_c2
delta_c1 | slope multiplied on | (out_c1 - t_c1)*out_c1*(1 - out_c1)
delta_c2 | t/p | -t_c2/out_c2
delta_c2 | squares | (out_c2 - t_c2)^2
delta_h1 | one path is left out | (delta_c1*w5 + delta_c2*w7)*relu'(net_h1)
delta_h2 | the sigmoid's slope | (delta_c1*w6 + delta_c2*w8 + delta_c3*w10)*out_h2*(1 - out_h2)
delta_h1 | only the right class | delta_c2*w7*relu'(net_h1)
dE/dw7 | the other class | delta_c1*out_h1
dE/dw3 | the other unit | delta_h1*x1
w7_new | up | w7 + eta*dE/dw7
""",
    "17-binary-cross-entropy": """
out_p | tanh | tanh(net_p)
E | one term only, of the wrong class | -ln(1 - out_p)
E | squares | 1/2*(out_p - t_p)^2
E | to the base 2 | -(t_p*ln(out_p) + (1 - t_p)*ln(1 - out_p))/ln(2)
delta_p | slope multiplied on | (out_p - t_p)*out_p*(1 - out_p)
delta_p | minus one over p | -1/out_p
dE/dw2 | the other input | delta_p*x1
dE/db | times the bias | delta_p*b
w1_new | no rate | w1 - dE/dw1
""",
    "19-thresholds": """
net_3 | the threshold added | w13*x1 + w23*x2 + theta3
net_3 | the threshold left out | w13*x1 + w23*x2
net_5 | the inputs | w35*x1 + w45*x2 - theta5
delta_5 | output minus target | (out_5 - t_5)*out_5*(1 - out_5)
delta_3 | no weight | delta_5*out_3*(1 - out_3)
delta_4 | the other weight | delta_5*w35*out_4*(1 - out_4)
w13_new | taken off | w13 - eta*delta_3*x1
theta3_new | added | theta3 + eta*delta_3
theta5_new | times the output | theta5 - eta*delta_5*out_5
w35_new | the own output | w35 + eta*delta_5*out_5
w45_new | no rate | w45 + delta_5*out_4
w35_new | the other delta | w35 + eta*delta_3*out_3
""",
    "24-momentum": """
step 1 / v_p_new | no memory | eta*dE/dp
step 1 / v_p_new | the average | mu*v_p + (1 - mu)*dE/dp
step 1 / v_p_new | the sign | mu*v_p - eta*dE/dp
step 1 / v_p_new | the rate on both | eta*(mu*v_p + dE/dp)
step 2 / v_p_new | the first memory | mu*v_p + eta*dE/dp - mu*v_p + mu*0.5
step 1 / p_new | up | p + v_p_new
step 1 / p_new | the rate again | p - eta*v_p_new
step 2 / p_new | plain | p - eta*dE/dp
step 2 / p_new | both | p - v_p_new - eta*dE/dp
""",
    "25-adam": """
m_x0_new | beta2 for beta1 | beta2*m_x0 + (1 - beta2)*df/dx0
m_x1_new | no share | beta1*m_x1 + df/dx1
v_x1_new | not squared | beta2*v_x1 + (1 - beta2)*df/dx1
v_x1_new | beta1 for beta2 | beta1*v_x1 + (1 - beta1)*(df/dx1)^2
v_x1_new | the first moment squared | beta2*v_x1 + (1 - beta2)*m_x1_new^2
mhat_x1 | not corrected | m_x1_new
mhat_x1 | multiplied | m_x1_new*(1 - beta1^t)
vhat_x1 | beta1 | v_x1_new/(1 - beta1^t)
x1_new | no root | x1 - eta*mhat_x1/(vhat_x1 + epsilon)
x1_new | the gradient's root | x1 - eta*mhat_x1/(sqrt(abs(df/dx1)) + epsilon)
x1_new | the gradient above | x1 - eta*df/dx1/(sqrt(vhat_x1) + epsilon)
x1_new | uncorrected | x1 - eta*m_x1_new/(sqrt(v_x1_new) + epsilon)
x1_new | moments exchanged | x1 - eta*vhat_x1/(sqrt(mhat_x1) + epsilon)
x1_new | up | x1 + eta*mhat_x1/(sqrt(vhat_x1) + epsilon)
""",
    "28-schedule": """
epoch 3 / eta | not lowered | eta0
epoch 3 / eta | lowered in every epoch | eta0*gamma^n
epoch 3 / eta | lowered once more | eta0*gamma^(floor(n/every) + 1)
epoch 3 / eta | multiplied, not to the power | eta0*gamma*floor(n/every)*2
epoch 2 / net_y | the first weight | 2*x
epoch 3 / w_new | the first rate | w - eta0*dE/dw
epoch 3 / w_new | the rate before lowering, halved twice | w - eta*gamma*dE/dw
epoch 2 / dE/dw | no input | delta_y
epoch 2 / delta_y | the sign | t_y - out_y
""",
    "33-softmax-squared": """
delta_p1 | p - t, as with cross-entropy | out_p1 - t_p1
delta_p1 | only its own slope | (out_p1 - t_p1)*out_p1*(1 - out_p1)
delta_p1 | the sign between | (out_p1 - t_p1)*out_p1*(1 - out_p1) + (out_p2 - t_p2)*out_p2*out_p1
delta_p2 | both with its own slope | (out_p1 - t_p1)*out_p1*(1 - out_p1) + (out_p2 - t_p2)*out_p2*(1 - out_p2)
E | mean | (E_p1 + E_p2)/2
E_p1 | no half | (t_p1 - out_p1)^2
dE/dw2 | the other delta | delta_p2*x2
w2_new | up | w2 + eta*dE/dw2
""",
}


def rows(table: str) -> list[tuple[str, str, str]]:
    """The rows of one problem: the line, what was done, the wrong formula."""
    found = [tuple(part.strip() for part in line.split("|")) for line in table.strip().splitlines()]
    return [(line, name, formula) for line, name, formula in found]

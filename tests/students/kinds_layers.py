# ruff: noqa: E501 - a row is one line, however long its formula is
"""What goes wrong on layers beyond dense: a line, what was done, and the wrong formula, each written by hand.

A second set beside `kinds_bundled`, written as a teacher would and before the search was looked at again.
"""

SECOND = {
    "40-recurrent": """
net_h2 | the state twice, no input | u*out_h1
net_h3 | the net input of before | w*x3 + u*net_h2
net_h2 | the later state | w*x2 + u*out_h2
out_h1 | tanh as sigma of 2z | 1/(1 + exp(-2*net_h1))
out_h3 | tangent for tanh | tan(net_h3)
out_ya3 | sigmoid for softmax | sigmoid(net_ya3)
out_yb1 | the other class above | exp(net_ya1)/(exp(net_ya1) + exp(net_yb1))
E | the sum of the errors squared | 1/2*((out_ya1 - t_ya1)^2 + (out_yb1 - t_yb1)^2 + (out_ya2 - t_ya2)^2 + (out_yb2 - t_yb2)^2 + (out_ya3 - t_ya3)^2 + (out_yb3 - t_yb3)^2)
E | logarithm of base 2 | -(t_ya1*ln(out_ya1) + t_yb2*ln(out_yb2) + t_ya3*ln(out_ya3))/ln(2)
E | the first step only | -ln(out_ya1)
delta_ya3 | slope of softmax once more | (out_ya3 - t_ya3)*out_ya3*(1 - out_ya3)
delta_h3 | only one class | delta_ya3*v1*(1 - out_h3^2)
delta_h3 | slope at the net input | (delta_ya3*v1 + delta_yb3*v2)*(1 - net_h3^2)
delta_h2 | the state of another step in the slope | (delta_h3*u + delta_ya2*v1 + delta_yb2*v2)*(1 - out_h1^2)
delta_h2 | no recurrent weight | (delta_h3 + delta_ya2*v1 + delta_yb2*v2)*(1 - out_h2^2)
delta_h1 | the error two steps later | (delta_h3*u + delta_ya1*v1 + delta_yb1*v2)*(1 - out_h1^2)
delta_h1 | through the recurrent weight twice | (delta_h2*u*u + delta_ya1*v1 + delta_yb1*v2)*(1 - out_h1^2)
delta_h1 | tanh squared of the state | (delta_h2*u + delta_ya1*v1 + delta_yb1*v2)*(1 - tanh(out_h1)^2)
dE/dw | the first step only | delta_h1*x1
dE/dw | one step left out | delta_h2*x2 + delta_h3*x3
dE/du | the input for the state | delta_h2*x2 + delta_h3*x3
dE/du | net inputs for states | delta_h2*net_h1 + delta_h3*net_h2
dE/du | only the first link | delta_h2*out_h1
dE/dv2 | the errors of the other class | delta_ya1*out_h1 + delta_ya2*out_h2 + delta_ya3*out_h3
dE/dv1 | the mean over the steps | (delta_ya1*out_h1 + delta_ya2*out_h2 + delta_ya3*out_h3)/3
w_new | only the last step's gradient | w - eta*delta_h3*x3
""",
    "41-lstm": """
net_i1 | another gate's bias | wi1*a1 + wi2*b1 + bf
net_o2 | the state added without a weight | wo1*a2 + wo2*b2 + out_h1 + bo
net_g2 | the cell for the state | wa1*a2 + wa2*b2 + ua*c1 + ba
net_i2 | the weights of the forget gate | wf1*a2 + wf2*b2 + uf*out_h1 + bf
out_i2 | tanh for sigma | tanh(net_i2)
out_g2 | tangent for tanh | tan(net_g2)
out_g1 | the sigma twice | sigmoid(sigmoid(net_g1))
c1 | the output gate for the input gate | out_o1*out_g1
c1 | no gate | out_g1
c2 | input and output gates exchanged | out_f2*c1 + out_o2*out_g2
c2 | 1 - f for the input gate | out_f2*c1 + (1 - out_f2)*out_g2
c2 | the candidate of before | out_f2*c1 + out_i2*out_g1
c2 | everything gated by f | out_f2*(c1 + out_i2*out_g2)
c2 | the net input of the candidate | out_f2*c1 + out_i2*net_g2
out_h1 | sigma for tanh | out_o1*sigmoid(c1)
out_h2 | the output gate of before | out_o1*tanh(c2)
out_h2 | the input gate | out_i2*tanh(c2)
out_h2 | tanh of the gate | tanh(out_o2)*c2
E_h2 | no half | (t_h2 - out_h2)^2
dE/dc2 | the slope of sigma | dE/dout_h2*out_o2*tanh(c2)*(1 - tanh(c2))
dE/dc2 | tanh in place of its slope | dE/dout_h2*out_o2*tanh(c2)
dE/dc2 | the wrong gate | dE/dout_h2*out_f2*(1 - tanh(c2)^2)
delta_f2 | the candidate for the cell | dE/dc2*out_g2*out_f2*(1 - out_f2)
delta_i2 | the slope of another gate | dE/dc2*out_g2*out_f2*(1 - out_f2)
delta_i2 | the cell for the candidate | dE/dc2*c1*out_i2*(1 - out_i2)
delta_g2 | the forget gate | dE/dc2*out_f2*(1 - out_g2^2)
delta_g2 | no slope | dE/dc2*out_i2
delta_o2 | the cell of before | dE/dout_h2*tanh(c1)*out_o2*(1 - out_o2)
delta_o2 | no slope | dE/dout_h2*tanh(c2)
delta_o2 | the slope of tanh | dE/dout_h2*tanh(c2)*(1 - out_o2^2)
dE/dout_h1 | the forget gate is left out | delta_i2*ui + delta_g2*ua + delta_o2*uo + out_h1 - t_h1
dE/dout_h1 | target for error | delta_f2*uf + delta_i2*ui + delta_g2*ua + delta_o2*uo + t_h1 - out_h1
dE/dout_h1 | recurrent weights left out | delta_f2 + delta_i2 + delta_g2 + delta_o2 + out_h1 - t_h1
dE/dc1 | the gate of output on the way back | dE/dout_h1*out_o1*(1 - tanh(c1)^2) + dE/dc2*out_o2
dE/dc1 | slope left out | dE/dout_h1*out_o1 + dE/dc2*out_f2
delta_i1 | the later error | dE/dc2*out_g1*out_i1*(1 - out_i1)
delta_g1 | the slope of sigma | dE/dc1*out_i1*out_g1*(1 - out_g1)
dE/duf | its own state | delta_f2*out_h2
dE/dui | the cell for the state | delta_i2*c1
dE/dwo1 | the first step only | delta_o1*a1
dE/dbo | the mean | (delta_o1 + delta_o2)/2
dE/dwa2 | the other input | delta_g1*a1 + delta_g2*a2
""",
    "42-gru": """
net_z1 | the reset gate's weights | wr*x1 + ur*h0 + br
net_r2 | the initial state | wr*x2 + ur*h0 + br
net_n1 | reset without the recurrent weight | wn*x1 + out_r1*h0 + bn
net_n2 | the state gated by 1 - r | wn*x2 + (1 - out_r2)*un*out_h1 + bn
out_r1 | tanh for sigma | tanh(net_r1)
out_n1 | tangent for tanh | tan(net_n1)
out_h1 | z and candidate only | out_z1*out_n1
out_h1 | plain mean of both | (h0 + out_n1)/2
out_h2 | the update gate of before | out_z1*out_h1 + (1 - out_z1)*out_n2
out_h2 | the candidate of before | out_z2*out_h1 + (1 - out_z2)*out_n1
out_h2 | both with z | out_z2*out_h1 + out_z2*out_n2
delta_n2 | the net input in the slope | dE/dout_h2*(1 - out_z2)*(1 - net_n2^2)
delta_n2 | the reset gate | dE/dout_h2*out_r2*(1 - out_n2^2)
delta_r2 | slope of tanh | delta_n2*un*out_h1*(1 - out_r2^2)
delta_r2 | the new state | delta_n2*un*out_h2*out_r2*(1 - out_r2)
delta_r2 | the gate's own weight | delta_n2*ur*out_h1*out_r2*(1 - out_r2)
delta_z2 | sum for difference | dE/dout_h2*(out_h1 + out_n2)*out_z2*(1 - out_z2)
delta_z2 | the old state of the beginning | dE/dout_h2*(h0 - out_n2)*out_z2*(1 - out_z2)
delta_z2 | slope of tanh | dE/dout_h2*(out_h1 - out_n2)*(1 - out_z2^2)
dE/dout_h1 | the candidate's path is left out | delta_r2*ur + delta_z2*uz + dE/dout_h2*out_z2
dE/dout_h1 | weights of the input | delta_r2*wr + delta_z2*wz + delta_n2*out_r2*wn + dE/dout_h2*out_z2
dE/dout_h1 | straight back whole | delta_r2*ur + delta_z2*uz + delta_n2*out_r2*un + dE/dout_h2
delta_n1 | the later error | dE/dout_h2*(1 - out_z1)*(1 - out_n1^2)
delta_n1 | the gate of the later step | dE/dout_h1*(1 - out_z2)*(1 - out_n1^2)
delta_r1 | the state left out | delta_n1*un*out_r1*(1 - out_r1)
dE/dun | the last step only | delta_n2*out_r2*out_h1
dE/dun | the gate of the other step | delta_n1*out_r2*h0 + delta_n2*out_r1*out_h1
dE/duz | the first step only | delta_z1*h0
dE/dwn | the gate multiplied in | delta_n1*out_r1*x1 + delta_n2*out_r2*x2
dE/dbz | the last step only | delta_z2
""",
    "43-embedding": """
out_eb2 | the first column | cat_1
out_ea3 | the third row, as it is the third token | sat_1
net_y | the mean of the tokens | (w1*out_ea1 + w2*out_eb1 + w3*out_ea2 + w4*out_eb2 + w5*out_ea3 + w6*out_eb3)/3
net_y | the columns exchanged | w1*out_eb1 + w2*out_ea1 + w3*out_eb2 + w4*out_ea2 + w5*out_eb3 + w6*out_ea3
E | no half | (t_y - out_y)^2
dE/dout_eb1 | the token's other weight | delta_y*w1
dE/dout_ea3 | the entry multiplied in | delta_y*w5*out_ea3
dE/dw6 | the first token | delta_y*out_ea1
dE/dthe_2 | a word's second time forgotten | dE/dout_eb1
dE/dthe_2 | the word between, too | dE/dout_eb1 + dE/dout_eb2 + dE/dout_eb3
dE/dcat_2 | its share of three tokens | dE/dout_eb2/3
dE/dcat_2 | the first token's | dE/dout_eb1
the_2_new | divided by how often it stands there | the_2 - eta*dE/dthe_2/2
the_2_new | the first time only | the_2 - eta*dE/dout_eb1
cat_1_new | the row's other gradient | cat_1 - eta*dE/dcat_2
w3_new | up | w3 + eta*dE/dw3
""",
    "44-attention": """
qb1 | the matrix's other column | wq1*x1_1 + wq3*x1_2
va2 | the key's matrix | wk1*x2_1 + wk3*x2_2
ka1 | transposed | wk1*x1_1 + wk2*x1_2
s11 | no root | qa1*ka1 + qb1*kb1
s12 | keys with keys | (ka1*ka2 + kb1*kb2)/sqrt(2)
s11 | query with value | (qa1*va1 + qb1*vb1)/sqrt(2)
s11 | divided by the square of d | (qa1*ka1 + qb1*kb1)/4
s12 | the sum of both parts, not the product | (qa1 + ka2 + qb1 + kb2)/sqrt(2)
s12 | crossed parts | (qa1*kb2 + qb1*ka2)/sqrt(2)
alpha11 | over the column | exp(s11)/(exp(s11) + exp(s21))
alpha11 | over all scores | exp(s11)/(exp(s11) + exp(s12) + exp(s21) + exp(s22))
alpha12 | sigmoid | sigmoid(s12)
alpha11 | scaled again | exp(s11/sqrt(2))/(exp(s11/sqrt(2)) + exp(s12/sqrt(2)))
alpha12 | the other one above | exp(s11)/(exp(s11) + exp(s12))
out_ya1 | keys for values | alpha11*ka1 + alpha12*ka2
out_yb2 | weights over the column | alpha12*vb1 + alpha22*vb2
out_yb2 | the weights of the other token | alpha11*vb1 + alpha12*vb2
out_yb1 | the inputs for the values | alpha11*x1_2 + alpha12*x2_2
out_ya2 | values not weighted | va1 + va2
dE/dalpha11 | the query for the value | dE/dout_ya1*qa1 + dE/dout_yb1*qb1
dE/dalpha12 | the second token's error | dE/dout_ya2*va2 + dE/dout_yb2*vb2
dE/dalpha22 | one part left out | dE/dout_yb2*vb2
dE/ds11 | the path over the other weight is left out | dE/dalpha11*alpha11*(1 - alpha11)
dE/ds12 | the sign of the other path | dE/dalpha11*alpha11*alpha12 + dE/dalpha12*alpha12*(1 - alpha12)
dE/ds21 | straight through | dE/dalpha21
dE/ds21 | times the weight, no Jacobian | dE/dalpha21*alpha21
dE/ds22 | the other's slope | dE/dalpha22*alpha21*(1 - alpha21) - dE/dalpha21*alpha21*alpha22
dE/dqa2 | no root | dE/ds21*ka1 + dE/ds22*ka2
dE/dqa2 | the queries | dE/ds21*(1/sqrt(2))*qa1 + dE/ds22*(1/sqrt(2))*qa2
dE/dqa1 | the values | dE/ds11*(1/sqrt(2))*va1 + dE/ds12*(1/sqrt(2))*va2
dE/dqb2 | the scores over the column | dE/ds12*(1/sqrt(2))*kb1 + dE/ds22*(1/sqrt(2))*kb2
dE/dka1 | the root squared | dE/ds11*(1/2)*qa1 + dE/ds21*(1/2)*qa2
dE/dka1 | the other token forgotten | dE/ds11*(1/sqrt(2))*qa1
dE/dkb2 | the scores of its row | dE/ds21*(1/sqrt(2))*qb1 + dE/ds22*(1/sqrt(2))*qb2
dE/dka2 | the keys for the queries | dE/ds12*(1/sqrt(2))*ka1 + dE/ds22*(1/sqrt(2))*ka2
dE/dvb1 | the other token forgotten | dE/dout_yb1*alpha11
dE/dvb1 | the weights of its row | dE/dout_yb1*alpha11 + dE/dout_yb2*alpha12
dE/dva2 | the other part's error | dE/dout_yb1*alpha12 + dE/dout_yb2*alpha22
dE/dwv1 | the key's error | dE/dka1*x1_1 + dE/dka2*x2_1
dE/dwk4 | the first token only | dE/dkb1*x1_2
dE/dwq3 | transposed | dE/dqb1*x1_1 + dE/dqb2*x2_1
wv1_new | up | wv1 + eta*dE/dwv1
""",
    "45-convolution-1d": """
net_y1 | the kernel flipped | k3*x1 + k2*x2 + k1*x3 + b
net_y3 | stride of two | k1*x5 + b
net_y3 | the kernel one to the left | k1*x2 + k2*x3 + k3*x4 + b
net_y2 | a weight left out | k1*x2 + k2*x3 + b
net_y1 | zeros put around it | k2*x1 + k3*x2 + b
net_y3 | no bias | k1*x3 + k2*x4 + k3*x5
E_y2 | the sign inside | 1/2*(t_y2 + out_y2)^2
E | the mean | (E_y1 + E_y2 + E_y3)/3
delta_y2 | the sign | t_y2 - out_y2
dE/dk1 | one place only | delta_y1*x1
dE/dk3 | the window of the middle weight | delta_y1*x2 + delta_y2*x3 + delta_y3*x4
dE/dk2 | the kernel flipped | delta_y3*x2 + delta_y2*x3 + delta_y1*x4
dE/dk1 | the weight times the errors | k1*(delta_y1 + delta_y2 + delta_y3)
dE/dk3 | the mean over the places | (delta_y1*x3 + delta_y2*x4 + delta_y3*x5)/3
dE/db | one place only | delta_y1
dE/db | the inputs multiplied in | delta_y1*x1 + delta_y2*x2 + delta_y3*x3
k1_new | times three places | k1 - 3*eta*dE/dk1
b_new | up | b + eta*dE/db
""",
    "46-convolution-2d": """
net_y1_1 | turned by 180 degrees | k2_2*x1_1 + k2_1*x1_2 + k1_2*x2_1 + k1_1*x2_2 + b
net_y1_2 | stride of two | k1_1*x1_3 + k2_1*x2_3 + b
net_y1_2 | the first window again | k1_1*x1_1 + k1_2*x1_2 + k2_1*x2_1 + k2_2*x2_2 + b
net_y2_1 | kernel transposed | k1_1*x2_1 + k2_1*x2_2 + k1_2*x3_1 + k2_2*x3_2 + b
net_y2_2 | only the diagonal | k1_1*x2_2 + k2_2*x3_3 + b
net_y2_2 | the mean over the window | (k1_1*x2_2 + k1_2*x2_3 + k2_1*x3_2 + k2_2*x3_3)/4 + b
out_y1_1 | the sigmoid | sigmoid(net_y1_1)
delta_y1_2 | the sign | t_y1_2 - out_y1_2
delta_y1_1 | no slope | out_y1_1 - t_y1_1
dE/dk1_1 | one place only | delta_y1_2*x1_2
dE/dk2_1 | the window of its neighbour | delta_y1_1*x2_2 + delta_y1_2*x2_3 + delta_y2_1*x3_2 + delta_y2_2*x3_3
dE/dk1_2 | the errors transposed | delta_y1_1*x1_2 + delta_y2_1*x1_3 + delta_y1_2*x2_2 + delta_y2_2*x2_3
dE/dk2_2 | turned by 180 degrees | delta_y2_2*x2_2 + delta_y2_1*x2_3 + delta_y1_2*x3_2 + delta_y1_1*x3_3
dE/db | the mean | (delta_y1_1 + delta_y1_2 + delta_y2_1 + delta_y2_2)/4
k2_1_new | the gradient of its neighbour | k2_1 - eta*dE/dk1_2
""",
    "47-pooling": """
net_c2_1 | the kernel flipped | k2_2*x1 + k2_1*x2
net_c1_2 | stride of two | k1_1*x3 + k1_2*x4
net_c2_3 | the other map's kernel | k1_1*x3 + k1_2*x4
net_c2_4 | the window before | k2_1*x3 + k2_2*x4
out_p1_1 | the mean for the maximum | (out_c1_1 + out_c1_2)/2
out_p2_1 | the minimum | min(out_c2_1, out_c2_2)
out_q2 | the maximum for the mean | max(out_p2_1, out_p2_2)
out_q2 | divided by the four places before | (out_p2_1 + out_p2_2)/4
out_q1 | the sum | out_p1_1 + out_p1_2
net_y | before the mean | w1*out_p1_1 + w2*out_p2_1
dE/dout_p1_2 | not shared | dE/dout_q1
dE/dout_p2_1 | the other map | 1/2*dE/dout_q1
dE/dout_p1_1 | shared by four | 1/4*dE/dout_q1
dE/dout_p1_1 | its share of the value | dE/dout_q1*out_p1_1
delta_c2_2 | to all, not the maximum alone | dE/dout_p2_1*relu'(net_c2_2)
delta_c1_2 | shared among the two | 1/2*dE/dout_p1_1*relu'(net_c1_2)
delta_c1_3 | the pool before | dE/dout_p1_1
delta_c2_1 | times the value of the maximum | dE/dout_p2_1*out_c2_1
dE/dk1_1 | only one of the winners | delta_c1_2*x2
dE/dk1_2 | the window of the first weight | delta_c1_1*x1 + delta_c1_2*x2 + delta_c1_3*x3 + delta_c1_4*x4
dE/dk2_1 | the other map's errors | delta_c1_1*x1 + delta_c1_2*x2 + delta_c1_3*x3 + delta_c1_4*x4
dE/dk2_2 | the mean over the places | (delta_c2_1*x2 + delta_c2_2*x3 + delta_c2_3*x4 + delta_c2_4*x5)/4
dE/dw2 | the pooled before the mean | delta_y*out_p2_1
""",
    "48-small-cnn": """
net_c2_1_2 | the bias left out | k2_1_1*x1_2 + k2_1_2*x1_3 + k2_1_3*x1_4 + k2_2_1*x2_2 + k2_2_2*x2_3 + k2_2_3*x2_4 + k2_3_1*x3_2 + k2_3_2*x3_3 + k2_3_3*x3_4
net_c1_2_2 | only the first row of the kernel | k1_1_1*x2_2 + k1_1_2*x2_3 + k1_1_3*x2_4 + b1
out_p2_1_1 | the mean | (out_c2_1_1 + out_c2_1_2 + out_c2_2_1 + out_c2_2_2)/4
out_p2_1_1 | the other map | max(out_c1_1_1, out_c1_1_2, out_c1_2_1, out_c1_2_2)
out_level | over the other | exp(net_upright)/(exp(net_upright) + exp(net_level))
E | squares | 1/2*((out_upright - t_upright)^2 + (out_level - t_level)^2)
delta_level | slope multiplied on | (out_level - t_level)*out_level*(1 - out_level)
dE/dout_p2_1_1 | one class only | delta_upright*w2
dE/dout_p2_1_1 | the other map's weights | delta_upright*w1 + delta_level*w3
dE/dw3 | the other class | delta_upright*out_p1_1_1
dE/dk1_2_2 | the window of another weight | delta_c1_1_1*x1_1 + delta_c1_1_2*x1_2 + delta_c1_2_1*x2_1 + delta_c1_2_2*x2_2
dE/dk1_1_1 | the other map's errors | delta_c2_1_1*x1_1 + delta_c2_1_2*x1_2 + delta_c2_2_1*x2_1 + delta_c2_2_2*x2_2
dE/db2 | the mean over the places | (delta_c2_1_1 + delta_c2_1_2 + delta_c2_2_1 + delta_c2_2_2)/4
""",
    "49-maxout": """
net_h1_2 | the bias of the first piece | w3*x1 + w4*x2 + b1
out_h2 | the smaller piece | min(net_h2_1, net_h2_2)
out_h1 | the mean of the pieces | (net_h1_1 + net_h1_2)/2
out_h2 | the sigmoid of the larger | sigmoid(max(net_h2_1, net_h2_2))
net_y | the losing pieces | w9*net_h1_1 + w10*net_h2_2 + b
delta_h1_2 | the output's error only | delta_y
delta_h1_2 | the other unit's weight | delta_y*w10
delta_h2_1 | shared by the pieces | 1/2*dE/dout_h2
delta_h2_2 | to the loser, too | dE/dout_h2
dE/dw3 | the input of the other | delta_h1_2*x2
dE/dw5 | the other unit's error | delta_h1_2*x1
dE/dw10 | the other unit | delta_y*out_h1
dE/db3 | the other piece | delta_h2_2
w5_new | no rate | w5 - dE/dw5
""",
    "50-residual": """
net_r2 | no shortcut | out_h3_2
net_r2 | the input on the shortcut | out_h3_2 + x2
net_r2 | the layer between on the shortcut | out_h3_2 + out_h2_2
net_r1 | the mean | (out_h3_1 + out_h1_1)/2
out_r2 | the shortcut after the relu | relu(out_h3_2) + out_h1_2
delta_r1 | the other weight | delta_y*w14
delta_h3_1 | the output's error | delta_y
delta_h2_1 | the row for the column | (delta_h3_1*w9 + delta_h3_2*w10)*relu'(net_h2_1)
delta_h2_2 | only one path | delta_h3_1*w10
delta_h1_1 | the shortcut forgotten | (delta_h2_1*w5 + delta_h2_2*w7)*relu'(net_h1_1)
delta_h1_1 | only the shortcut | delta_r1*relu'(net_h1_1)
delta_h1_2 | the shortcut of the other unit | (delta_h2_1*w6 + delta_h2_2*w8 + delta_r1)*relu'(net_h1_2)
delta_h1_2 | the output's error on the shortcut | (delta_h2_1*w6 + delta_h2_2*w8 + delta_y)*relu'(net_h1_2)
delta_h1_1 | the shortcut subtracted | (delta_h2_1*w5 + delta_h2_2*w7 - delta_r1)*relu'(net_h1_1)
delta_h1_1 | the shortcut weighted | (delta_h2_1*w5 + delta_h2_2*w7 + delta_r1*w13)*relu'(net_h1_1)
dE/dw5 | the input | delta_h2_1*x1
dE/dw10 | the other unit | delta_h3_1*out_h2_1
dE/dw13 | before the shortcut | delta_y*out_h3_1
""",
    "51-batch-norm": """
mu_x | divided by n - 1 | (x^(1) + x^(2) + x^(3) + x^(4))/3
mu_x | not divided | x^(1) + x^(2) + x^(3) + x^(4)
var_x | not divided | (x^(1) - mu_x)^2 + (x^(2) - mu_x)^2 + (x^(3) - mu_x)^2 + (x^(4) - mu_x)^2
var_x | divided by n - 1 | ((x^(1) - mu_x)^2 + (x^(2) - mu_x)^2 + (x^(3) - mu_x)^2 + (x^(4) - mu_x)^2)/3
var_x | the standard deviation | sqrt(((x^(1) - mu_x)^2 + (x^(2) - mu_x)^2 + (x^(3) - mu_x)^2 + (x^(4) - mu_x)^2)/4)
var_x | not squared, sizes | (abs(x^(1) - mu_x) + abs(x^(2) - mu_x) + abs(x^(3) - mu_x) + abs(x^(4) - mu_x))/4
var_x | the mean of the squares | (x^(1)^2 + x^(2)^2 + x^(3)^2 + x^(4)^2)/4
var_x | squares minus the mean | (x^(1)^2 + x^(2)^2 + x^(3)^2 + x^(4)^2)/4 - mu_x
sample 2 / xhat_x | the variance for its root | (x^(2) - mu_x)/var_x
sample 3 / xhat_x | the mean not subtracted | x^(3)/sqrt(var_x)
sample 4 / xhat_x | only the mean subtracted | x^(4) - mu_x
sample 1 / xhat_x | multiplied | (x^(1) - mu_x)*sqrt(var_x)
sample 1 / xhat_x | the sign | (mu_x - x^(1))/sqrt(var_x)
sample 3 / out_y | gamma and beta exchanged | beta*xhat_x^(3) + gamma
sample 2 / out_y | bracket | gamma*(xhat_x^(2) + beta)
sample 4 / out_y | the raw value | gamma*x^(4) + beta
sample 2 / out_y | beta left out | gamma*xhat_x^(2)
sample 2 / dE/dxhat_x | beta for gamma | dE/dout_y^(2)*beta
sample 4 / dE/dxhat_x | gamma left out | dE/dout_y^(4)
sample 1 / dE/dxhat_x | the value multiplied in | dE/dout_y^(1)*gamma*xhat_x^(1)
dE/dvar_x | the sign | dE/dxhat_x^(1)*xhat_x^(1)/(2*var_x) + dE/dxhat_x^(2)*xhat_x^(2)/(2*var_x) + dE/dxhat_x^(3)*xhat_x^(3)/(2*var_x) + dE/dxhat_x^(4)*xhat_x^(4)/(2*var_x)
dE/dvar_x | the half forgotten | -(dE/dxhat_x^(1)*xhat_x^(1) + dE/dxhat_x^(2)*xhat_x^(2) + dE/dxhat_x^(3)*xhat_x^(3) + dE/dxhat_x^(4)*xhat_x^(4))/var_x
dE/dvar_x | root for the variance | -(dE/dxhat_x^(1)*xhat_x^(1) + dE/dxhat_x^(2)*xhat_x^(2) + dE/dxhat_x^(3)*xhat_x^(3) + dE/dxhat_x^(4)*xhat_x^(4))/(2*sqrt(var_x))
dE/dvar_x | not by the values | -(dE/dxhat_x^(1) + dE/dxhat_x^(2) + dE/dxhat_x^(3) + dE/dxhat_x^(4))/(2*var_x)
dE/dvar_x | the errors of the output | -(dE/dout_y^(1)*xhat_x^(1) + dE/dout_y^(2)*xhat_x^(2) + dE/dout_y^(3)*xhat_x^(3) + dE/dout_y^(4)*xhat_x^(4))/(2*var_x)
dE/dvar_x | the mean over the samples | -(dE/dxhat_x^(1)*xhat_x^(1) + dE/dxhat_x^(2)*xhat_x^(2) + dE/dxhat_x^(3)*xhat_x^(3) + dE/dxhat_x^(4)*xhat_x^(4))/(2*var_x)/4
dE/dmu_x | no root | -(dE/dxhat_x^(1) + dE/dxhat_x^(2) + dE/dxhat_x^(3) + dE/dxhat_x^(4))/var_x
dE/dmu_x | the sign | (dE/dxhat_x^(1) + dE/dxhat_x^(2) + dE/dxhat_x^(3) + dE/dxhat_x^(4))/sqrt(var_x)
dE/dmu_x | not divided | -(dE/dxhat_x^(1) + dE/dxhat_x^(2) + dE/dxhat_x^(3) + dE/dxhat_x^(4))
dE/dmu_x | the output's errors | -(dE/dout_y^(1) + dE/dout_y^(2) + dE/dout_y^(3) + dE/dout_y^(4))/sqrt(var_x)
sample 1 / dE/dx | mean and variance taken for constants | dE/dxhat_x^(1)/sqrt(var_x)
sample 2 / dE/dx | through the mean forgotten | dE/dxhat_x^(2)/sqrt(var_x) + 1/2*dE/dvar_x*(x^(2) - mu_x)
sample 3 / dE/dx | through the variance forgotten | dE/dxhat_x^(3)/sqrt(var_x) + 1/4*dE/dmu_x
sample 4 / dE/dx | the mean's share not divided | dE/dxhat_x^(4)/sqrt(var_x) + 1/2*dE/dvar_x*(x^(4) - mu_x) + dE/dmu_x
sample 1 / dE/dx | the variance's share not divided | dE/dxhat_x^(1)/sqrt(var_x) + 2*dE/dvar_x*(x^(1) - mu_x) + 1/4*dE/dmu_x
sample 3 / dE/dx | the mean's share subtracted | dE/dxhat_x^(3)/sqrt(var_x) + 1/2*dE/dvar_x*(x^(3) - mu_x) - 1/4*dE/dmu_x
sample 2 / dE/dx | the normalized value for the distance | dE/dxhat_x^(2)/sqrt(var_x) + 1/2*dE/dvar_x*xhat_x^(2) + 1/4*dE/dmu_x
sample 4 / dE/dx | the variance for its root | dE/dxhat_x^(4)/var_x + 1/2*dE/dvar_x*(x^(4) - mu_x) + 1/4*dE/dmu_x
dE/dgamma | the raw values | dE/dout_y^(1)*x^(1) + dE/dout_y^(2)*x^(2) + dE/dout_y^(3)*x^(3) + dE/dout_y^(4)*x^(4)
dE/dgamma | the mean | (dE/dout_y^(1)*xhat_x^(1) + dE/dout_y^(2)*xhat_x^(2) + dE/dout_y^(3)*xhat_x^(3) + dE/dout_y^(4)*xhat_x^(4))/4
dE/dgamma | the errors behind gamma | dE/dxhat_x^(1)*xhat_x^(1) + dE/dxhat_x^(2)*xhat_x^(2) + dE/dxhat_x^(3)*xhat_x^(3) + dE/dxhat_x^(4)*xhat_x^(4)
dE/dgamma | the values left out | dE/dout_y^(1) + dE/dout_y^(2) + dE/dout_y^(3) + dE/dout_y^(4)
dE/dbeta | the mean | (dE/dout_y^(1) + dE/dout_y^(2) + dE/dout_y^(3) + dE/dout_y^(4))/4
dE/dbeta | times the gain | gamma*(dE/dout_y^(1) + dE/dout_y^(2) + dE/dout_y^(3) + dE/dout_y^(4))
""",
    "53-layer-norm": """
mu | one left out | (out_h1 + out_h2 + out_h3)/3
var | not divided | (out_h1 - mu)^2 + (out_h2 - mu)^2 + (out_h3 - mu)^2 + (out_h4 - mu)^2
var | n - 1 | ((out_h1 - mu)^2 + (out_h2 - mu)^2 + (out_h3 - mu)^2 + (out_h4 - mu)^2)/3
var | its root | sqrt(((out_h1 - mu)^2 + (out_h2 - mu)^2 + (out_h3 - mu)^2 + (out_h4 - mu)^2)/4)
var | the mean not subtracted | (out_h1^2 + out_h2^2 + out_h3^2 + out_h4^2)/4
xhat_h1 | the variance for its root | (out_h1 - mu)/var
xhat_h3 | the mean not subtracted | out_h3/sqrt(var)
xhat_h4 | not divided | out_h4 - mu
xhat_h2 | the square of the variance | (out_h2 - mu)/var^2
out_n2 | another unit's gain | gamma3*xhat_h2 + beta2
out_n4 | not normalized | gamma4*out_h4 + beta4
out_n3 | gain and shift exchanged | beta3*xhat_h3 + gamma3
out_n4 | shift left out | gamma4*xhat_h4
dE/dxhat_h4 | gain left out | dE/dout_n4
dE/dxhat_h3 | the shift for the gain | dE/dout_n3*beta3
dE/dxhat_h2 | another unit's gain | dE/dout_n2*gamma4
dE/dvar | root for the variance | -(dE/dxhat_h1*xhat_h1 + dE/dxhat_h2*xhat_h2 + dE/dxhat_h3*xhat_h3 + dE/dxhat_h4*xhat_h4)/(2*sqrt(var))
dE/dvar | the half forgotten | -(dE/dxhat_h1*xhat_h1 + dE/dxhat_h2*xhat_h2 + dE/dxhat_h3*xhat_h3 + dE/dxhat_h4*xhat_h4)/var
dE/dvar | the sign | (dE/dxhat_h1*xhat_h1 + dE/dxhat_h2*xhat_h2 + dE/dxhat_h3*xhat_h3 + dE/dxhat_h4*xhat_h4)/(2*var)
dE/dvar | the inputs for the normalized ones | -(dE/dxhat_h1*out_h1 + dE/dxhat_h2*out_h2 + dE/dxhat_h3*out_h3 + dE/dxhat_h4*out_h4)/(2*var)
dE/dmu | the sign | (dE/dxhat_h1 + dE/dxhat_h2 + dE/dxhat_h3 + dE/dxhat_h4)/sqrt(var)
dE/dmu | the variance for its root | -(dE/dxhat_h1 + dE/dxhat_h2 + dE/dxhat_h3 + dE/dxhat_h4)/var
dE/dmu | the mean of them | -(dE/dxhat_h1 + dE/dxhat_h2 + dE/dxhat_h3 + dE/dxhat_h4)/sqrt(var)/4
dE/dmu | one only | -dE/dxhat_h1/sqrt(var)
delta_h1 | mean and variance taken for constants | dE/dxhat_h1/sqrt(var)
delta_h2 | through the mean forgotten | dE/dxhat_h2/sqrt(var) + 1/2*dE/dvar*(out_h2 - mu)
delta_h3 | through the variance forgotten | dE/dxhat_h3/sqrt(var) + 1/4*dE/dmu
delta_h4 | the variance's share not divided | dE/dxhat_h4/sqrt(var) + 2*dE/dvar*(out_h4 - mu) + 1/4*dE/dmu
delta_h1 | the variance's share without two | dE/dxhat_h1/sqrt(var) + 1/4*dE/dvar*(out_h1 - mu) + 1/4*dE/dmu
delta_h2 | the mean's share not divided | dE/dxhat_h2/sqrt(var) + 1/2*dE/dvar*(out_h2 - mu) + dE/dmu
delta_h3 | the mean not subtracted | dE/dxhat_h3/sqrt(var) + 1/2*dE/dvar*out_h3 + 1/4*dE/dmu
delta_h4 | the other sign of the distance | dE/dxhat_h4/sqrt(var) + 1/2*dE/dvar*(mu - out_h4) + 1/4*dE/dmu
delta_h4 | no root | dE/dxhat_h4/var + 1/2*dE/dvar*(out_h4 - mu) + 1/4*dE/dmu
delta_h4 | the error of the output | dE/dout_n4/sqrt(var) + 1/2*dE/dvar*(out_h4 - mu) + 1/4*dE/dmu
dE/dgamma2 | not normalized | dE/dout_n2*out_h2
dE/dgamma4 | the error behind the gain | dE/dxhat_h4*xhat_h4
dE/dgamma4 | the output | dE/dout_n4*out_n4
dE/dbeta2 | times the gain | dE/dout_n2*gamma2
dE/dw5 | the error before the normalization | dE/dxhat_h3*x1
dE/db | one unit only | delta_h1
""",
    "54-dropout": """
out_d1 | multiplied by the rate | out_h1*m1*0.5
out_d3 | not scaled | out_h3*m3
out_d2 | the mask ignored | out_h2/0.5
out_d3 | neither mask nor scale: the net input | net_h1
out_d1 | the mask of the other | out_h1*(m2/0.5)
net_y | the dropped unit kept | w7*out_d1 + w8*out_h2 + w9*out_d3 + b2
net_y | before the dropout | w7*out_h1 + w8*out_h2 + w9*out_h3 + b2
delta_h1 | not scaled | dE/dout_d1*m1*relu'(net_h1)
delta_h2 | the mask ignored | dE/dout_d2*relu'(net_h2)
delta_h3 | the other unit's weight | delta_y*w7*(m3/0.5)*relu'(net_h3)
delta_h3 | multiplied by the rate | dE/dout_d3*m3*0.5
delta_h3 | scaled twice | dE/dout_d3*(m3/0.5)*(1/0.5)
dE/dw7 | before the dropout | delta_y*out_h1
dE/dw8 | before the dropout | delta_y*out_h2
dE/dw9 | the net input | delta_y*net_h3
dE/dw5 | before the mask | dE/dout_d3*x1
dE/db1 | one unit only | delta_h1
dE/db1 | the mean | (delta_h1 + delta_h2 + delta_h3)/3
""",
    "55-transformer-block": """
out_pa1 | position left out, the other part | x1_2 + e1
out_pb2 | the first position | x2_2 + e2
rms_2 | no root | (out_pa2^2 + out_pb2^2)/2
rms_2 | not divided | sqrt(out_pa2^2 + out_pb2^2)
rms_2 | the root of the mean | sqrt((out_pa2 + out_pb2)/2)
rms_2 | divided outside of the root | sqrt(out_pa2^2 + out_pb2^2)/2
xhat_pa2 | the other token's | out_pa2/rms_1
xhat_pb2 | multiplied | out_pb2*rms_2
xhat_pb2 | the square | out_pb2/rms_2^2
qa2 | before the norm | wq1*out_pa2 + wq3*out_pb2
kb2 | the query's matrix | wq2*out_na2 + wq4*out_nb2
s1_1_2 | the other head's key | qa1*kb2
s1_2_1 | query and key exchanged | qa1*ka2
s2_2_1 | query with value | qb2*vb1
s2_1_2 | divided by the root of two | qb1*kb2/sqrt(2)
alpha1_1_2 | over the column | exp(s1_1_2)/(exp(s1_1_2) + exp(s1_2_2))
alpha2_1_1 | no exponential | s2_1_1/(s2_1_1 + s2_1_2)
ca1 | the other head's weights | alpha2_1_1*va1 + alpha2_1_2*va2
cb2 | keys for values | alpha2_2_1*kb1 + alpha2_2_2*kb2
out_ha1 | transposed | wo1*ca1 + wo2*cb1
out_r1_1 | no shortcut | out_ha1
out_r1_2 | the normalized on the shortcut | out_hb1 + out_nb1
out_r2_1 | the token itself on the shortcut | out_ha2 + x2_1
rms5_1 | no root | (out_r1_1^2 + out_r1_2^2)/2
xhat_r2_2 | the rms of before | out_r2_2/rms_2
out_ga1 | sigma for swish | sigmoid(net_ga1)
out_gb1 | relu for swish | relu(net_gb1)
out_h6_a1 | not gated | net_h6_a1
out_h6_b1 | the net input of the gate | net_h6_b1*net_gb1
out_s1_1 | no shortcut | out_h7_a1
out_s1_2 | the earlier shortcut | out_h7_b1 + out_pb1
out_ya1 | sigmoid | sigmoid(net_ya1)
delta_ya1 | the slope once more | (out_ya1 - t_ya1)*out_ya1*(1 - out_ya1)
dE/dout_s1_1 | transposed | delta_ya1*w9 + delta_yb1*w11
delta_h6_a1 | the gate left out | delta_h7_a1*w5 + delta_h7_b1*w6
delta_ga1 | the slope of sigma | (delta_h7_a1*w5 + delta_h7_b1*w6)*net_h6_a1*sigmoid(net_ga1)*(1 - sigmoid(net_ga1))
delta_ga1 | no slope | (delta_h7_a1*w5 + delta_h7_b1*w6)*net_h6_a1
dE/dout_n5_a1 | the gate's path forgotten | delta_h6_a1*w1 + delta_h6_b1*w2
dE/drms5_1 | no square | -dE/dxhat_r1_1*(out_r1_1/rms5_1) - dE/dxhat_r1_2*(out_r1_2/rms5_1)
dE/drms5_1 | the sign | dE/dxhat_r1_1*(out_r1_1/rms5_1^2) + dE/dxhat_r1_2*(out_r1_2/rms5_1^2)
dE/dout_r1_1 | the rms taken for a constant | dE/dxhat_r1_1*(1/rms5_1) + dE/dout_s1_1
dE/dout_r1_1 | the shortcut forgotten | dE/dxhat_r1_1*(1/rms5_1) + dE/drms5_1*(1/(2*rms5_1))*out_r1_1
dE/dout_r1_2 | the half forgotten | dE/dxhat_r1_2*(1/rms5_1) + dE/dout_s1_2 + dE/drms5_1*(1/rms5_1)*out_r1_2
dE/dca1 | transposed | dE/dout_ha1*wo1 + dE/dout_hb1*wo3
dE/dalpha1_1_2 | the key | dE/dca1*ka2
dE/ds1_1_1 | its own path only | dE/dalpha1_1_1*alpha1_1_1*(1 - alpha1_1_1)
dE/dka1 | the scores of the row | dE/ds1_1_1*qa1 + dE/ds1_1_2*qa2
dE/dva1 | the weights of the row | dE/dca1*alpha1_1_1 + dE/dca2*alpha1_1_2
dE/dout_na1 | the queries' path forgotten | dE/dka1*wk1 + dE/dkb1*wk2 + dE/dva1*wv1 + dE/dvb1*wv2
dE/dout_na1 | only the values' path | dE/dva1*wv1 + dE/dvb1*wv2
dE/dwo1 | the first token only | dE/dout_ha1*ca1
dE/dwv1 | before the norm | dE/dva1*out_pa1 + dE/dva2*out_pa2
""",
    "57-instance-norm": """
mu_1 | over both maps | (x1_1_1 + x1_1_2 + x2_1_1 + x2_1_2)/4
mu_2 | over the place, not the map | (x1_1_1 + x2_1_1)/2
var_2 | not divided | (x2_1_1 - mu_2)^2 + (x2_1_2 - mu_2)^2
var_2 | its root | sqrt(((x2_1_1 - mu_2)^2 + (x2_1_2 - mu_2)^2)/2)
var_1 | the other map's mean | ((x1_1_1 - mu_2)^2 + (x1_1_2 - mu_2)^2)/2
xhat_x2_1_1 | the variance for its root | (x2_1_1 - mu_2)/var_2
xhat_x2_1_2 | the other map's variance | (x2_1_2 - mu_2)/sqrt(var_1)
xhat_x2_1_2 | mean not subtracted | x2_1_2/sqrt(var_2)
out_y3 | the other map's gain | gamma1*xhat_x2_1_1 + beta2
out_y4 | shift left out | gamma2*xhat_x2_1_2
dE/dxhat_x2_1_1 | the other map's gain | dE/dout_y3*gamma1
dE/dxhat_x1_1_2 | gain left out | dE/dout_y2
dE/dvar_2 | the half forgotten | -dE/dxhat_x2_1_1*xhat_x2_1_1/var_2 - dE/dxhat_x2_1_2*xhat_x2_1_2/var_2
dE/dvar_1 | the sign | dE/dxhat_x1_1_1*xhat_x1_1_1/(2*var_1) + dE/dxhat_x1_1_2*xhat_x1_1_2/(2*var_1)
dE/dmu_2 | the variance for its root | -dE/dxhat_x2_1_1/var_2 - dE/dxhat_x2_1_2/var_2
dE/dgamma1 | the place of the other map | dE/dout_y1*xhat_x1_1_1 + dE/dout_y3*xhat_x2_1_1
dE/dgamma2 | the mean | (dE/dout_y3*xhat_x2_1_1 + dE/dout_y4*xhat_x2_1_2)/2
dE/dgamma1 | the raw values | dE/dout_y1*x1_1_1 + dE/dout_y2*x1_1_2
dE/dbeta2 | over all | dE/dout_y1 + dE/dout_y2 + dE/dout_y3 + dE/dout_y4
gamma1_new | up | gamma1 + eta*dE/dgamma1
""",
    "60-skip-gram": """
s | crossed | u1*v2 + u2*v1
r1 | the other noise word | N2_1*v1 + N2_2*v2
r2 | with the outside word | N2_1*u1 + N2_2*u2
J | no minus in the negative words | -ln(sigmoid(s)) - ln(sigmoid(r1)) - ln(sigmoid(r2))
J | the negative words left out | -ln(sigmoid(s))
J | one minus inside the logarithm forgotten | -ln(sigmoid(s)) + ln(sigmoid(-r1)) + ln(sigmoid(-r2))
J | the mean over the negatives | -ln(sigmoid(s)) - (ln(sigmoid(-r1)) + ln(sigmoid(-r2)))/2
dJ/ds | sigma itself | sigmoid(s)
dJ/ds | the sign | 1 - sigmoid(s)
dJ/ds | the slope of sigma only | -sigmoid(s)*(1 - sigmoid(s))
dJ/dr1 | one minus it | 1 - sigmoid(r1)
dJ/dr2 | the sign | -sigmoid(r2)
dJ/dv1 | the negative words forgotten | dJ/ds*ds/dv1
dJ/dv1 | one negative word forgotten | dJ/ds*ds/dv1 + dJ/dr1*dr1/dv1
dJ/dv2 | the other component | dJ/ds*ds/dv1 + dJ/dr1*dr1/dv1 + dJ/dr2*dr2/dv1
dJ/du1 | its own vector | dJ/ds*u1
dJ/dN1_2 | the other negative word's error | dJ/dr2*dr1/dN1_2
dJ/dN2_1 | its own vector | dJ/dr2*N2_1
u1_new | the centre's gradient | u1 - eta*dJ/dv1
v1_new | up | v1 + eta*dJ/dv1
""",
}

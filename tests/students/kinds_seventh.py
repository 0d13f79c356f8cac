# ruff: noqa: E501 - a row is one line, however long its formula is
"""What a teacher of many years marks on layers beyond dense: thought of line by line, without a look at the search.

As often as in real hand-ins: what is forgotten first (a factor, a path, a bias, a mean), then indices and transposed
matrices, the wrong step of time, one function's slope for another's, signs, and last the updates.
"""

SEVENTH = {
    "39-matrix-attention": """
K1_2 | the weight matrix transposed | X1_1*WK2_1 + X1_2*WK2_2
S1_1 | not divided by the root of d | Q1_1*K1_1 + Q1_2*K1_2
S1_2 | Q·K without the transpose | (Q1_1*K1_2 + Q1_2*K2_2)/sqrt(2)
S1_2 | divided by d, not by its root | (Q1_1*K2_1 + Q1_2*K2_2)/2
A1_1 | softmax down the column | e^S1_1/(e^S1_1 + e^S2_1)
O1_2 | A transposed | A1_1*V1_2 + A2_1*V2_2
dL/dA1_2 | the values of the first token | dL/dO1_1*V1_1 + dL/dO1_2*V1_2
dA1_1/dS1_2 | the minus lost | A1_1*A1_2
dL/dS2_2 | softmax slope on the diagonal only | dL/dA2_2*dA2_2/dS2_2
dL/dS1_1 | the gradient passes the softmax as it is | dL/dA1_1
dL/dV2_2 | the own token only | dL/dO2_2*A2_2
dL/dV1_2 | A not transposed | dL/dO1_2*A1_1 + dL/dO2_2*A1_2
dS2_2/dK2_2 | scale forgotten | Q2_2
dL/dK1_2 | dS not transposed | (dL/dS1_1*Q1_2 + dL/dS1_2*Q2_2)/sqrt(2)
dL/dQ2_1 | one key only | dL/dS2_1*dS2_1/dQ2_1
dL/dX2_1 | the path over the keys forgotten | dL/dQ2_1*WQ1_1 + dL/dQ2_2*WQ1_2 + dL/dV2_1*WV1_1 + dL/dV2_2*WV1_2
WQ2_2_new | uphill | WQ2_2 + eta*dL/dWQ2_2
""",
    "40-recurrent": """
net_h2 | the state before forgotten | w*x2
net_h2 | the net input of the step before | w*x2 + u*net_h1
net_h3 | two steps back | w*x3 + u*out_h1
out_h2 | sigmoid for tanh | sigmoid(net_h2)
out_yb1 | sigmoid for softmax | sigmoid(net_yb1)
E | the last step only | -(t_ya3*ln(out_ya3) + t_yb3*ln(out_yb3))
E | the mean of the steps | -(t_ya1*ln(out_ya1) + t_yb1*ln(out_yb1) + t_ya2*ln(out_ya2) + t_yb2*ln(out_yb2) + t_ya3*ln(out_ya3) + t_yb3*ln(out_yb3))/3
delta_h3 | the slope of sigmoid | (delta_ya3*v1 + delta_yb3*v2)*out_h3*(1 - out_h3)
delta_h3 | slope forgotten | delta_ya3*v1 + delta_yb3*v2
delta_h2 | nothing back from step 3 | (delta_ya2*v1 + delta_yb2*v2)*(1 - out_h2^2)
delta_h2 | the error of its own step forgotten | delta_h3*u*(1 - out_h2^2)
delta_h2 | the slope of step 3 | (delta_h3*u + delta_ya2*v1 + delta_yb2*v2)*(1 - out_h3^2)
dE/dw | the last step only | delta_h3*x3
dE/du | the state of the same step | delta_h1*out_h1 + delta_h2*out_h2 + delta_h3*out_h3
dE/du | one step off the other way | delta_h1*out_h2 + delta_h2*out_h3
u_new | the gradient of w | u - eta*dE/dw
""",
    "41-lstm": """
net_f2 | bias forgotten | wf1*a2 + wf2*b2 + uf*out_h1
net_g2 | the cell instead of the output before | wa1*a2 + wa2*b2 + ua*c1 + ba
c2 | the two gates exchanged | out_i2*c1 + out_f2*out_g2
c2 | the old cell not gated | c1 + out_i2*out_g2
out_h1 | tanh forgotten | out_o1*c1
dE/dc2 | output gate forgotten | dE/dout_h2*(1 - tanh(c2)^2)
dE/dc2 | slope from the cell without tanh | dE/dout_h2*out_o2*(1 - c2^2)
delta_f2 | tanh slope for a gate | dE/dc2*c1*(1 - out_f2^2)
delta_f2 | the candidate for the old cell | dE/dc2*out_g2*out_f2*(1 - out_f2)
delta_i2 | slope forgotten | dE/dc2*out_g2
delta_g2 | sigmoid slope for the candidate | dE/dc2*out_i2*out_g2*(1 - out_g2)
dE/dout_h1 | its own error forgotten | delta_f2*uf + delta_i2*ui + delta_g2*ua + delta_o2*uo
dE/dout_h1 | nothing from the gates of step 2 | out_h1 - t_h1
dE/dc1 | the forget gate of step 1 | dE/dout_h1*out_o1*(1 - tanh(c1)^2) + dE/dc2*out_f1
dE/dc1 | only along the cell | dE/dc2*out_f2
dE/duo | the cell for the output | delta_o2*c1
dE/dua | both steps | (delta_g1 + delta_g2)*out_h1
dE/dbo | the last step only | delta_o2
""",
    "42-gru": """
net_r2 | the first state again | wr*x2 + ur*h0 + br
net_z1 | bias forgotten | wz*x1 + uz*h0
net_n1 | reset gate forgotten | wn*x1 + un*h0 + bn
net_n2 | reset gate on the input, too | out_r2*(wn*x2 + un*out_h1) + bn
out_h1 | z and 1 - z exchanged | (1 - out_z1)*h0 + out_z1*out_n1
out_h2 | the state of the beginning | out_z2*h0 + (1 - out_z2)*out_n2
delta_n2 | update gate for its complement | dE/dout_h2*out_z2*(1 - out_n2^2)
delta_n2 | slope forgotten | dE/dout_h2*(1 - out_z2)
delta_r2 | the state forgotten | delta_n2*un*out_r2*(1 - out_r2)
delta_z2 | the old state only | dE/dout_h2*out_h1*out_z2*(1 - out_z2)
delta_z2 | the sign of the difference | dE/dout_h2*(out_n2 - out_h1)*out_z2*(1 - out_z2)
dE/dout_h1 | the direct path forgotten | delta_r2*ur + delta_z2*uz + delta_n2*out_r2*un
dE/dout_h1 | reset gate forgotten | delta_r2*ur + delta_z2*uz + delta_n2*un + dE/dout_h2*out_z2
delta_n1 | the error not carried back | dE/dout_h2*(1 - out_z1)*(1 - out_n1^2)
dE/dun | reset gate forgotten | delta_n1*h0 + delta_n2*out_h1
dE/duz | the states of the same steps | delta_z1*out_h1 + delta_z2*out_h2
wz_new | uphill | wz + eta*dE/dwz
""",
    "43-embedding": """
out_ea2 | rows counted from 1 | (the_1, cat_1, sat_1)[x2 - 1]
net_y | weights by column, not by token | w1*out_ea1 + w2*out_ea2 + w3*out_ea3 + w4*out_eb1 + w5*out_eb2 + w6*out_eb3
net_y | the vectors averaged | (w1*out_ea1 + w2*out_eb1 + w3*out_ea2 + w4*out_eb2 + w5*out_ea3 + w6*out_eb3)/3
E | the half forgotten | (t_y - out_y)^2
delta_y | target minus output | t_y - out_y
dE/dout_eb2 | the weight of the other feature | delta_y*w3
dE/dthe_1 | the first place only | dE/dout_ea1
dE/dthe_2 | the last place only | dE/dout_eb3
dE/dthe_1 | the mean of both places | (dE/dout_ea1 + dE/dout_ea3)/2
dE/dthe_2 | all three places | dE/dout_eb1 + dE/dout_eb2 + dE/dout_eb3
the_1_new | learning rate forgotten | the_1 - dE/dthe_1
sat_2_new | moved as "cat" is | sat_2 - eta*dE/dcat_2
""",
    "44-attention": """
qa2 | the matrix read by rows | wq1*x2_1 + wq2*x2_2
s12 | its own key | (qa1*ka1 + qb1*kb1)/sqrt(2)
s11 | scale forgotten | qa1*ka1 + qb1*kb1
alpha11 | sigmoid for softmax | sigmoid(s11)
alpha12 | over the queries | e^s12/(e^s12 + e^s22)
out_yb1 | shares transposed | alpha11*vb1 + alpha21*vb2
E | the mean of the four | (E_ya1 + E_yb1 + E_ya2 + E_yb2)/4
dE/dalpha12 | the values of the first token | dE/dout_ya1*va1 + dE/dout_yb1*vb1
dE/ds22 | the diagonal only | dE/dalpha22*alpha22*(1 - alpha22)
dE/ds21 | both parts with plus | dE/dalpha21*alpha21*(1 - alpha21) + dE/dalpha22*alpha22*alpha21
dE/ds12 | softmax left out | dE/dalpha12
dE/dqa1 | scale forgotten | dE/ds11*ka1 + dE/ds12*ka2
dE/dqb2 | its own key only | dE/ds22*(1/sqrt(2))*kb2
dE/dka1 | the row of the scores | dE/ds11*(1/sqrt(2))*qa1 + dE/ds12*(1/sqrt(2))*qa2
dE/dvb1 | the row of the shares | dE/dout_yb1*alpha11 + dE/dout_yb2*alpha12
dE/dva2 | the own token only | dE/dout_ya2*alpha22
wv3_new | the gradient of the transposed place | wv3 - eta*dE/dwv2
""",
    "45-convolution-1d": """
net_y1 | bias forgotten | k1*x1 + k2*x2 + k3*x3
net_y2 | the kernel turned round | k3*x2 + k2*x3 + k1*x4 + b
net_y3 | stride 2 | k1*x5 + b
net_y1 | padded with a zero before | k2*x1 + k3*x2 + b
net_y3 | the minus of the last weight lost | k1*x3 + k2*x4 - k3*x5 + b
E | the mean of the places | (E_y1 + E_y2 + E_y3)/3
delta_y1 | target minus output | t_y1 - out_y1
dE/dk1 | the first place only | delta_y1*x1
dE/dk1 | the gradient of the kernel turned round | delta_y1*x3 + delta_y2*x4 + delta_y3*x5
dE/dk2 | the same window for every place | delta_y1*x1 + delta_y2*x2 + delta_y3*x3
dE/dk3 | the mean of the places | (delta_y1*x3 + delta_y2*x4 + delta_y3*x5)/3
dE/db | the mean of the places | (delta_y1 + delta_y2 + delta_y3)/3
k1_new | uphill | k1 + eta*dE/dk1
""",
    "46-convolution-2d": """
net_y1_1 | the kernel turned round | k2_2*x1_1 + k2_1*x1_2 + k1_2*x2_1 + k1_1*x2_2 + b
net_y1_2 | the window goes down instead of right | k1_1*x2_1 + k1_2*x2_2 + k2_1*x3_1 + k2_2*x3_2 + b
net_y2_1 | the kernel transposed | k1_1*x2_1 + k2_1*x2_2 + k1_2*x3_1 + k2_2*x3_2 + b
net_y2_2 | bias forgotten | k1_1*x2_2 + k1_2*x2_3 + k2_1*x3_2 + k2_2*x3_3
out_y1_1 | ReLU forgotten | net_y1_1
E | the mean of the places | (E_y1_1 + E_y1_2 + E_y2_1 + E_y2_2)/4
delta_y1_1 | ReLU's slope forgotten | out_y1_1 - t_y1_1
delta_y2_2 | target minus output | (t_y2_2 - out_y2_2)*relu'(net_y2_2)
dE/dk1_1 | the first place as if it were on | (out_y1_1 - t_y1_1)*x1_1 + delta_y1_2*x1_2 + delta_y2_1*x2_1 + delta_y2_2*x2_2
dE/dk1_2 | the windows not shifted | delta_y1_1*x1_1 + delta_y1_2*x1_2 + delta_y2_1*x2_1 + delta_y2_2*x2_2
dE/dk2_1 | the mean of the places | (delta_y1_1*x2_1 + delta_y1_2*x2_2 + delta_y2_1*x3_1 + delta_y2_2*x3_2)/4
dE/dk1_1 | turned round | delta_y1_1*x2_2 + delta_y1_2*x2_3 + delta_y2_1*x3_2 + delta_y2_2*x3_3
dE/db | the mean of the places | (delta_y1_1 + delta_y1_2 + delta_y2_1 + delta_y2_2)/4
k2_1_new | uphill | k2_1 + eta*dE/dk2_1
""",
    "47-pooling": """
net_c1_2 | the kernel turned round | k1_2*x2 + k1_1*x3
net_c2_2 | the first kernel | k1_1*x2 + k1_2*x3
out_c2_3 | ReLU forgotten | net_c2_3
out_p1_2 | the windows overlap | max(out_c1_2, out_c1_3)
out_p2_1 | the mean for the maximum | (out_c2_1 + out_c2_2)/2
out_q1 | the sum for the mean | out_p1_1 + out_p1_2
out_q2 | the maximum again | max(out_p2_1, out_p2_2)
dE/dout_p1_1 | not shared by two | dE/dout_q1
dE/dout_p2_2 | shared by four | (1/4)*dE/dout_q2
delta_c2_2 | the loser gets it, too | dE/dout_p2_1*relu'(net_c2_2)
delta_c1_2 | shared by winner and loser | (1/2)*dE/dout_p1_1*relu'(net_c1_2)
delta_c1_3 | times the output | dE/dout_p1_2*out_c1_3
dE/dk1_1 | the winners' outputs | delta_c1_2*out_c1_2 + delta_c1_3*out_c1_3
dE/dk1_2 | the inputs not shifted | delta_c1_1*x1 + delta_c1_2*x2 + delta_c1_3*x3 + delta_c1_4*x4
k1_1_new | learning rate forgotten | k1_1 - dE/dk1_1
""",
    "48-small-cnn": """
net_c1_1_1 | bias forgotten | k1_1_1*x1_1 + k1_1_2*x1_2 + k1_1_3*x1_3 + k1_2_1*x2_1 + k1_2_2*x2_2 + k1_2_3*x2_3 + k1_3_1*x3_1 + k1_3_2*x3_2 + k1_3_3*x3_3
net_c1_1_1 | the kernel turned round | k1_3_3*x1_1 + k1_3_2*x1_2 + k1_3_1*x1_3 + k1_2_3*x2_1 + k1_2_2*x2_2 + k1_2_1*x2_3 + k1_1_3*x3_1 + k1_1_2*x3_2 + k1_1_1*x3_3 + b1
net_c1_1_2 | the window goes down instead of right | k1_1_1*x2_1 + k1_1_2*x2_2 + k1_1_3*x2_3 + k1_2_1*x3_1 + k1_2_2*x3_2 + k1_2_3*x3_3 + k1_3_1*x4_1 + k1_3_2*x4_2 + k1_3_3*x4_3 + b1
out_c1_1_2 | ReLU forgotten | net_c1_1_2
out_p1_1_1 | the mean for the maximum | (out_c1_1_1 + out_c1_1_2 + out_c1_2_1 + out_c1_2_2)/4
out_p2_1_1 | the first row of the window only | max(out_c2_1_1, out_c2_1_2)
out_upright | sigmoid for softmax | sigmoid(net_upright)
delta_upright | target minus output | t_upright - out_upright
delta_upright | the slope of sigmoid besides | (out_upright - t_upright)*out_upright*(1 - out_upright)
dE/dout_p1_1_1 | one class only | delta_upright*w1
dE/dout_p2_1_1 | the weight matrix not transposed | delta_upright*w3 + delta_level*w4
delta_c1_2_1 | shared by the four | (1/4)*dE/dout_p1_1_1*relu'(net_c1_2_1)
delta_c2_1_1 | the loser gets it, too | dE/dout_p2_1_1*relu'(net_c2_1_1)
dE/dk1_3_3 | the first window | delta_c1_2_1*x3_3
dE/dk1_1_3 | turned round | delta_c1_1_1*x3_1 + delta_c1_1_2*x3_2 + delta_c1_2_1*x4_1 + delta_c1_2_2*x4_2
dE/db2 | the mean of the places | (delta_c2_1_1 + delta_c2_1_2 + delta_c2_2_1 + delta_c2_2_2)/4
k1_3_3_new | uphill | k1_3_3 + eta*dE/dk1_3_3
""",
    "49-maxout": """
net_h2_1 | bias forgotten | w5*x1 + w6*x2
out_h1 | the smaller piece | min(net_h1_1, net_h1_2)
out_h1 | the sum of the pieces | net_h1_1 + net_h1_2
out_h2 | the mean of the pieces | (net_h2_1 + net_h2_2)/2
net_y | the first pieces | w9*net_h1_1 + w10*net_h2_1 + b
dE/dout_h1 | the output for the weight | delta_y*out_h1
delta_h1_1 | the loser gets it, too | dE/dout_h1
delta_h1_2 | shared by the pieces | (1/2)*dE/dout_h1
delta_h2_1 | times the maximum | dE/dout_h2*out_h2
delta_h2_2 | winner and loser exchanged | dE/dout_h2*(1 - [net_h2_2 is the max])
dE/dw10 | the losing piece | delta_y*net_h2_2
dE/dw1 | the error of the winner | delta_h1_2*x1
""",
    "50-residual": """
net_h2_2 | the weight matrix transposed | w6*out_h1_1 + w8*out_h1_2
out_h3_1 | a ReLU before the sum | relu(net_h3_1)
net_r1 | the skip forgotten | out_h3_1
net_r1 | the inputs are skipped | out_h3_1 + x1
net_r2 | the skip from layer 2 | out_h3_2 + out_h2_2
net_y | read out before the sum | w13*out_h3_1 + w14*out_h3_2
delta_r1 | weight forgotten | delta_y*relu'(net_r1)
delta_h3_1 | the slope of layer 3 as if it had a ReLU | delta_r1*relu'(net_h3_1)
delta_h2_1 | the weight matrix not transposed | (delta_h3_1*w9 + delta_h3_2*w10)*relu'(net_h2_1)
delta_h2_2 | one path only | delta_h3_2*w12*relu'(net_h2_2)
delta_h1_1 | the skip forgotten | (delta_h2_1*w5 + delta_h2_2*w7)*relu'(net_h1_1)
delta_h1_2 | only the skip | delta_r2*relu'(net_h1_2)
delta_h1_1 | the skip without the block's ReLU and weight | (delta_h2_1*w5 + delta_h2_2*w7 + delta_y)*relu'(net_h1_1)
dE/dw13 | without the skip's part | delta_y*out_h3_1
dE/dw9 | the skipped output for its input | delta_h3_1*out_h1_1
dE/dw7 | the outputs of its own layer | delta_h2_2*out_h2_1
""",
    "51-batch-norm": """
var_x | divided by n - 1 | ((x^(1) - mu_x)^2 + (x^(2) - mu_x)^2 + (x^(3) - mu_x)^2 + (x^(4) - mu_x)^2)/3
var_x | the standard deviation | sqrt(((x^(1) - mu_x)^2 + (x^(2) - mu_x)^2 + (x^(3) - mu_x)^2 + (x^(4) - mu_x)^2)/4)
sample 1 / xhat_x | divided by the variance | (x^(1) - mu_x)/var_x
sample 4 / xhat_x | not centred | x^(4)/sqrt(var_x)
sample 3 / out_y | shift forgotten | gamma*xhat_x^(3)
sample 1 / dE/dxhat_x | gamma forgotten | dE/dout_y^(1)
dE/dvar_x | the half forgotten | -dE/dxhat_x^(1)*xhat_x^(1)/var_x - dE/dxhat_x^(2)*xhat_x^(2)/var_x - dE/dxhat_x^(3)*xhat_x^(3)/var_x - dE/dxhat_x^(4)*xhat_x^(4)/var_x
dE/dvar_x | the minus lost | dE/dxhat_x^(1)*xhat_x^(1)/(2*var_x) + dE/dxhat_x^(2)*xhat_x^(2)/(2*var_x) + dE/dxhat_x^(3)*xhat_x^(3)/(2*var_x) + dE/dxhat_x^(4)*xhat_x^(4)/(2*var_x)
dE/dvar_x | power -1/2 for -3/2 | -(1/2)*(dE/dxhat_x^(1)*(x^(1) - mu_x) + dE/dxhat_x^(2)*(x^(2) - mu_x) + dE/dxhat_x^(3)*(x^(3) - mu_x) + dE/dxhat_x^(4)*(x^(4) - mu_x))/sqrt(var_x)
dE/dmu_x | the mean of the four | -(dE/dxhat_x^(1) + dE/dxhat_x^(2) + dE/dxhat_x^(3) + dE/dxhat_x^(4))/(4*sqrt(var_x))
dE/dmu_x | the minus lost | (dE/dxhat_x^(1) + dE/dxhat_x^(2) + dE/dxhat_x^(3) + dE/dxhat_x^(4))/sqrt(var_x)
dE/dgamma | the outputs for the normalized | dE/dout_y^(1)*out_y^(1) + dE/dout_y^(2)*out_y^(2) + dE/dout_y^(3)*out_y^(3) + dE/dout_y^(4)*out_y^(4)
dE/dgamma | the mean of the batch | (dE/dout_y^(1)*xhat_x^(1) + dE/dout_y^(2)*xhat_x^(2) + dE/dout_y^(3)*xhat_x^(3) + dE/dout_y^(4)*xhat_x^(4))/4
sample 1 / dE/dx | mean and variance as constants | dE/dxhat_x^(1)/sqrt(var_x)
sample 2 / dE/dx | the path over the variance forgotten | dE/dxhat_x^(2)/sqrt(var_x) + (1/4)*dE/dmu_x
sample 3 / dE/dx | the path over the mean forgotten | dE/dxhat_x^(3)/sqrt(var_x) + (1/2)*dE/dvar_x*(x^(3) - mu_x)
sample 4 / dE/dx | the mean's share not divided | dE/dxhat_x^(4)/sqrt(var_x) + (1/2)*dE/dvar_x*(x^(4) - mu_x) + dE/dmu_x
sample 1 / dE/dx | the 2 of the square lost | dE/dxhat_x^(1)/sqrt(var_x) + (1/4)*dE/dvar_x*(x^(1) - mu_x) + (1/4)*dE/dmu_x
""",
    "52-batch-norm-network": """
mu_h2 | over the units of a sample | (out_h1^(1) + out_h2^(1))/2
var_h1 | divided by n - 1 | ((out_h1^(1) - mu_h1)^2 + (out_h1^(2) - mu_h1)^2 + (out_h1^(3) - mu_h1)^2 + (out_h1^(4) - mu_h1)^2)/3
sample 2 / xhat_h1 | divided by the variance | (out_h1^(2) - mu_h1)/var_h1
sample 4 / net_n2 | beta forgotten | gamma2*xhat_h2^(4)
sample 1 / out_n1 | ReLU forgotten | net_n1^(1)
sample 3 / net_y | what is not normalized | w5*out_h1^(3) + w6*out_h2^(3) + b
E | the sum for the mean | E^(1) + E^(2) + E^(3) + E^(4)
sample 2 / delta_y | not divided by the batch | out_y^(2) - t_y^(2)
sample 3 / delta_n1 | weight forgotten | delta_y^(3)*relu'(net_n1^(3))
sample 1 / delta_n2 | ReLU's slope forgotten | delta_y^(1)*w6
dE/dvar_h1 | the half forgotten | -(dE/dxhat_h1^(1)*xhat_h1^(1) + dE/dxhat_h1^(2)*xhat_h1^(2) + dE/dxhat_h1^(3)*xhat_h1^(3) + dE/dxhat_h1^(4)*xhat_h1^(4))/var_h1
dE/dvar_h2 | divided by the standard deviation | -(dE/dxhat_h2^(1)*xhat_h2^(1) + dE/dxhat_h2^(2)*xhat_h2^(2) + dE/dxhat_h2^(3)*xhat_h2^(3) + dE/dxhat_h2^(4)*xhat_h2^(4))/(2*sqrt(var_h2))
dE/dmu_h1 | the minus lost | (dE/dxhat_h1^(1) + dE/dxhat_h1^(2) + dE/dxhat_h1^(3) + dE/dxhat_h1^(4))/sqrt(var_h1)
sample 2 / delta_h2 | mean and variance as constants | dE/dxhat_h2^(2)/sqrt(var_h2)
sample 3 / delta_h1 | the path over the variance forgotten | dE/dxhat_h1^(3)/sqrt(var_h1) + (1/4)*dE/dmu_h1
sample 4 / delta_h2 | the mean's share not divided | dE/dxhat_h2^(4)/sqrt(var_h2) + (1/2)*dE/dvar_h2*(out_h2^(4) - mu_h2) + dE/dmu_h2
sample 4 / delta_h1 | 2 for 2/n | dE/dxhat_h1^(4)/sqrt(var_h1) + 2*dE/dvar_h1*(out_h1^(4) - mu_h1) + (1/4)*dE/dmu_h1
dE/dw5 | divided by the batch once more | (delta_y^(1)*out_n1^(1) + delta_y^(2)*out_n1^(2) + delta_y^(3)*out_n1^(3) + delta_y^(4)*out_n1^(4))/4
dE/dw6 | the normalized before scale and ReLU | delta_y^(1)*xhat_h2^(1) + delta_y^(2)*xhat_h2^(2) + delta_y^(3)*xhat_h2^(3) + delta_y^(4)*xhat_h2^(4)
dE/dgamma2 | what is not normalized | delta_n2^(1)*out_h2^(1) + delta_n2^(2)*out_h2^(2) + delta_n2^(3)*out_h2^(3) + delta_n2^(4)*out_h2^(4)
dE/dw1 | the errors before the normalization | delta_n1^(1)*x1^(1) + delta_n1^(2)*x1^(2) + delta_n1^(3)*x1^(3) + delta_n1^(4)*x1^(4)
""",
    "53-layer-norm": """
var | divided by n - 1 | ((out_h1 - mu)^2 + (out_h2 - mu)^2 + (out_h3 - mu)^2 + (out_h4 - mu)^2)/3
var | the mean of the squares, mean not taken off | (out_h1^2 + out_h2^2 + out_h3^2 + out_h4^2)/4
xhat_h1 | divided by the variance | (out_h1 - mu)/var
xhat_h2 | not centred | out_h2/sqrt(var)
out_n2 | beta forgotten | gamma2*xhat_h2
net_y | the hidden outputs not normalized | w9*out_h1 + w10*out_h2 + w11*out_h3 + w12*out_h4
dE/dxhat_h4 | gamma forgotten | dE/dout_n4
dE/dvar | the half forgotten | -(dE/dxhat_h1*xhat_h1 + dE/dxhat_h2*xhat_h2 + dE/dxhat_h3*xhat_h3 + dE/dxhat_h4*xhat_h4)/var
dE/dvar | the minus lost | (dE/dxhat_h1*xhat_h1 + dE/dxhat_h2*xhat_h2 + dE/dxhat_h3*xhat_h3 + dE/dxhat_h4*xhat_h4)/(2*var)
dE/dmu | divided by n at once | -(dE/dxhat_h1 + dE/dxhat_h2 + dE/dxhat_h3 + dE/dxhat_h4)/(4*sqrt(var))
delta_h1 | mean and variance as constants | dE/dxhat_h1/sqrt(var)
delta_h2 | the path over the mean forgotten | dE/dxhat_h2/sqrt(var) + (1/2)*dE/dvar*(out_h2 - mu)
delta_h3 | the path over the variance forgotten | dE/dxhat_h3/sqrt(var) + (1/4)*dE/dmu
delta_h1 | the mean's share not divided | dE/dxhat_h1/sqrt(var) + (1/2)*dE/dvar*(out_h1 - mu) + dE/dmu
dE/dw10 | the normalized before scale and shift | delta_y*xhat_h2
dE/db | from the errors before the normalization | dE/dout_n1 + dE/dout_n2 + dE/dout_n3 + dE/dout_n4
w6_new | uphill | w6 + eta*dE/dw6
""",
    "54-dropout": """
out_d1 | the scale forgotten | out_h1*m1
out_d3 | multiplied by the rate | out_h3*m3*0.5
out_d2 | not dropped | out_h2
net_y | the outputs before dropout | w7*out_h1 + w8*out_h2 + w9*out_h3 + b2
net_y | bias forgotten | w7*out_d1 + w8*out_d2 + w9*out_d3
delta_h1 | the scale forgotten | dE/dout_d1*m1*relu'(net_h1)
delta_h2 | the mask forgotten | dE/dout_d2*relu'(net_h2)
delta_h2 | the scale stays, the mask does not | dE/dout_d2*(1/0.5)*relu'(net_h2)
delta_h3 | times the output | dE/dout_d3*(m3/0.5)*out_h3
dE/dw7 | the output before dropout | delta_y*out_h1
dE/dw8 | the dropped output | delta_y*out_h2
dE/dw4 | the dropped unit learns | dE/dout_d2*x2
dE/db1 | the mean of the units | (delta_h1 + delta_h2 + delta_h3)/3
dE/db1 | the errors without the mask | dE/dout_d1 + dE/dout_d2 + dE/dout_d3
w8_new | the dropped weight set to zero | 0
""",
    "55-transformer-block": """
out_pb2 | position forgotten | x2_2
rms_2 | the mean forgotten | sqrt(out_pa2^2 + out_pb2^2)
rms_2 | the root forgotten | (out_pa2^2 + out_pb2^2)/2
xhat_pb2 | the norm of the other token | out_pb2/rms_1
xhat_pa2 | centred as in layer norm | (out_pa2 - (out_pa2 + out_pb2)/2)/rms_2
qb2 | the input before the norm | wq2*out_pa2 + wq4*out_pb2
s1_1_2 | both heads together | qa1*ka2 + qb1*kb2
s2_1_1 | divided by the root of 2 | qb1*kb1/sqrt(2)
alpha1_1_1 | over the queries | e^s1_1_1/(e^s1_1_1 + e^s1_2_1)
ca2 | the shares transposed | alpha1_1_2*va1 + alpha1_2_2*va2
cb1 | the shares of the first head | alpha1_1_1*vb1 + alpha1_1_2*vb2
out_hb2 | the output matrix forgotten | cb2
out_r1_1 | the residual forgotten | out_ha1
out_r2_2 | the normalized is added | out_hb2 + out_nb2
out_gb1 | sigmoid for swish | sigmoid(net_gb1)
out_h6_a1 | added, not multiplied | net_h6_a1 + out_ga1
out_h6_b2 | the gate not activated | net_h6_b2*net_gb2
out_s2_2 | the residual forgotten | out_h7_b2
delta_h6_a1 | the gate forgotten | delta_h7_a1*w5 + delta_h7_b1*w6
delta_h6_b2 | the matrix not transposed | (delta_h7_a2*w6 + delta_h7_b2*w8)*out_gb2
delta_ga1 | swish's slope as sigmoid's | (delta_h7_a1*w5 + delta_h7_b1*w6)*net_h6_a1*sigmoid(net_ga1)*(1 - sigmoid(net_ga1))
delta_gb1 | swish's slope forgotten | (delta_h7_a1*w7 + delta_h7_b1*w8)*net_h6_b1
dE/dout_n5_a1 | the path over the gate forgotten | delta_h6_a1*w1 + delta_h6_b1*w2
dE/drms5_1 | the square forgotten | -dE/dxhat_r1_1*(out_r1_1/rms5_1) - dE/dxhat_r1_2*(out_r1_2/rms5_1)
dE/dout_r1_1 | the residual path forgotten | dE/dxhat_r1_1*(1/rms5_1) + dE/drms5_1*(1/(2*rms5_1))*out_r1_1
dE/dout_r1_2 | the norm as a constant | dE/dxhat_r1_2*(1/rms5_1) + dE/dout_s1_2
dE/dcb1 | the output matrix not transposed | dE/dout_ha1*wo2 + dE/dout_hb1*wo4
dE/ds1_1_1 | the diagonal only | dE/dalpha1_1_1*alpha1_1_1*(1 - alpha1_1_1)
dE/ds2_1_2 | softmax left out | dE/dalpha2_1_2
dE/dkb1 | the row of the scores | dE/ds2_1_1*qb1 + dE/ds2_1_2*qb2
dE/dva2 | the own token only | dE/dca2*alpha1_2_2
dE/dout_na2 | the path over the values forgotten | dE/dqa2*wq1 + dE/dqb2*wq2 + dE/dka2*wk1 + dE/dkb2*wk2
dE/dout_pa1 | the residual path forgotten | dE/dxhat_pa1*(1/rms_1) + dE/drms_1*(1/(2*rms_1))*out_pa1
dE/dw9 | the first token only | delta_ya1*out_s1_1
dE/dw1 | what is not normalized | delta_h6_a1*out_r1_1 + delta_h6_a2*out_r2_1
dE/de2 | behind the residual only | dE/dout_r1_2
w9_new | uphill | w9 + eta*dE/dw9
""",
    "56-radial-basis": """
sample 1 / net_h2 | not squared | abs(x1 - c3) + abs(x2 - c4)
sample 1 / net_h2 | the root is taken | sqrt((x1 - c3)^2 + (x2 - c4)^2)
sample 2 / net_h1 | the centre of the other unit | (x1 - c3)^2 + (x2 - c4)^2
sample 1 / out_h2 | the 2 forgotten | e^(-net_h2/s2^2)
sample 2 / out_h1 | the minus forgotten | e^(net_h1/(2*s1^2))
sample 2 / out_h2 | the width not squared | e^(-net_h2/(2*s2))
sample 2 / delta_o | target minus output | t_o - out_o
sample 2 / delta_h1 | the minus of the exponent forgotten | delta_o*w1*out_h1*(1/(2*s1^2))
sample 2 / delta_h2 | the output forgotten | -delta_o*w2*(1/(2*s2^2))
sample 1 / delta_h2 | weight forgotten | -delta_o*out_h2*(1/(2*s2^2))
sample 2 / dE/dc2 | input minus centre | 2*delta_h1*(x2 - c2)
sample 1 / dE/dc3 | the 2 forgotten | delta_h2*(c3 - x1)
sample 2 / dE/dc4 | the other coordinate | 2*delta_h2*(c4 - x1)
sample 2 / dE/ds1 | power 2 of the width | delta_o*w1*out_h1*net_h1/s1^2
sample 2 / dE/ds2 | the sign of the exponent | -delta_o*w2*out_h2*net_h2/s2^3
sample 1 / dE/ds2 | the 2 stays | 2*delta_o*w2*out_h2*net_h2/s2^3
""",
    "57-instance-norm": """
mu_1 | over both channels | (x1_1_1 + x1_1_2 + x2_1_1 + x2_1_2)/4
mu_2 | over the channels of a place | (x1_1_2 + x2_1_2)/2
var_1 | divided by n - 1 | (x1_1_1 - mu_1)^2 + (x1_1_2 - mu_1)^2
var_2 | the standard deviation | sqrt(((x2_1_1 - mu_2)^2 + (x2_1_2 - mu_2)^2)/2)
xhat_x2_1_1 | divided by the variance | (x2_1_1 - mu_2)/var_2
xhat_x2_1_2 | the statistics of the first channel | (x2_1_2 - mu_1)/sqrt(var_1)
xhat_x1_1_1 | not centred | x1_1_1/sqrt(var_1)
out_y3 | beta forgotten | gamma2*xhat_x2_1_1
out_y4 | scaled by the first channel | gamma1*xhat_x2_1_2 + beta2
dE/dxhat_x1_1_1 | gamma forgotten | dE/dout_y1
dE/dvar_1 | the half forgotten | -dE/dxhat_x1_1_1*(xhat_x1_1_1/var_1) - dE/dxhat_x1_1_2*(xhat_x1_1_2/var_1)
dE/dvar_2 | divided by the deviation | -dE/dxhat_x2_1_1*(xhat_x2_1_1/(2*sqrt(var_2))) - dE/dxhat_x2_1_2*(xhat_x2_1_2/(2*sqrt(var_2)))
dE/dmu_2 | divided by the variance | -dE/dxhat_x2_1_1/var_2 - dE/dxhat_x2_1_2/var_2
dE/dmu_1 | the mean of the places | -(dE/dxhat_x1_1_1 + dE/dxhat_x1_1_2)/(2*sqrt(var_1))
dE/dgamma1 | the outputs for the normalized | dE/dout_y1*out_y1 + dE/dout_y2*out_y2
dE/dbeta1 | the mean of the places | (dE/dout_y1 + dE/dout_y2)/2
dE/dbeta2 | behind the scale | dE/dxhat_x2_1_1 + dE/dxhat_x2_1_2
""",
    "58-sequence-lengths": """
sample 1 / net_h2 | the state before forgotten | w*x2
sample 1 / net_h3 | two steps back | w*x3 + u*out_h1
sample 2 / out_h3 | the mask forgotten | tanh(net_h3)
sample 2 / out_h3 | the state set to zero, not carried on | m3*tanh(net_h3)
sample 2 / out_h3 | the mask turned round | (1 - m3)*tanh(net_h3) + m3*out_h2
sample 1 / delta_y | the slope of sigmoid besides | (out_y - t_y)*out_y*(1 - out_y)
sample 2 / delta_h3 | the mask forgotten | delta_y*v*(1 - tanh(net_h3)^2)
sample 1 / delta_h3 | weight forgotten | delta_y*(1 - tanh(net_h3)^2)
sample 2 / delta_h2 | nothing comes past the masked step | delta_h3*u*(1 - out_h2^2)
sample 2 / delta_h2 | slope forgotten | delta_h3*u + delta_y*v*(1 - m3)
sample 2 / delta_h2 | past the mask and through u | delta_y*v*u*(1 - out_h2^2)
sample 1 / delta_h1 | the slope of the step after | delta_h2*u*(1 - out_h2^2)
sample 1 / dE/dw | the last step only | delta_h3*x3
sample 1 / dE/du | the states of the same steps | delta_h1*out_h1 + delta_h2*out_h2 + delta_h3*out_h3
E | the sum for the mean | E^(1) + E^(2)
dE/dw | the sum for the mean | dE/dw^(1) + dE/dw^(2)
""",
    "60-skip-gram": """
s | the minus lost | u1*v1 - u2*v2
r1 | the matrix read by columns | N1_1*v1 + N2_1*v2
J | the negative words not turned | -ln(sigmoid(s)) - (ln(sigmoid(r1)) + ln(sigmoid(r2)))
J | the minus of the negative words lost | -ln(sigmoid(s)) + (ln(sigmoid(-r1)) + ln(sigmoid(-r2)))
J | the negative words averaged | -ln(sigmoid(s)) - (ln(sigmoid(-r1)) + ln(sigmoid(-r2)))/2
dJ/dr2 | as for a positive word | sigmoid(r2) - 1
dJ/dr1 | the inner minus forgotten | -sigmoid(r1)
dJ/ds | the target of a negative word | sigmoid(s)
dJ/ds | the minus lost | 1 - sigmoid(s)
dJ/ds | the slope of sigmoid, logarithm forgotten | -sigmoid(s)*(1 - sigmoid(s))
dJ/dv1 | the positive word only | dJ/ds*ds/dv1
dJ/dv2 | the second negative word forgotten | dJ/ds*ds/dv2 + dJ/dr1*dr1/dv2
dJ/dv1 | the matrix not transposed | dJ/ds*u1 + dJ/dr1*N1_1 + dJ/dr2*N1_2
dJ/du2 | u for v | dJ/ds*u2
v1_new | uphill | v1 + eta*dJ/dv1
""",
    "67-muon": """
b_W1_2_new | not weighted by 1 - mu | mu*b_W1_2 + df/dW1_2
u_W1_2 | Nesterov's look ahead forgotten | b_W1_2_new
u_W2_1 | the whole gradient | df/dW2_1 + mu*b_W2_1_new
norm_W | the root forgotten | u_W1_1^2 + u_W1_2^2 + u_W2_1^2 + u_W2_2^2
x0_W1_2 | not normalized | u_W1_2
x0_W2_1 | the gradient is normalized | df/dW2_1/norm_W
A1_11_W | XᵀX for XXᵀ | x0_W1_1^2 + x0_W2_1^2
B1_11_W | the minus of the half lost | -beta*A1_11_W
x1_W1_2 | only the correction | B1_11_W*x0_W1_2 + B1_12_W*x0_W2_2
x1_W2_1 | 1 for 3/2 | x0_W2_1 + B1_12_W*x0_W1_1 + B1_22_W*x0_W2_1
A2_22_W | the matrix of the first iteration | x0_W2_1^2 + x0_W2_2^2
B2_11_W | the matrix of the first iteration | beta*A1_11_W
W1_2_new | after one iteration | W1_2 - eta*x1_W1_2
W2_1_new | uphill | W2_1 + eta*x2_W2_1
W1_2_new | the plain gradient | W1_2 - eta*df/dW1_2
""",
    "73-two-ways": """
net_h1 | the initial state forgotten | w*x1
net_h2 | the initial state again | w*x2 + u*h0
net_g2 | the initial state here, too | wb*x2 + ub*h0
net_g1 | backward read as forward | wb*x1
net_g1 | the forward state | wb*x1 + ub*out_h2
net_k1 | the forward state only | p*out_h1
net_k1 | g of the other step | p*out_h1 + q*out_g2
net_k2 | its own state forgotten | p*out_h2 + q*out_g2
delta_k1 | the readout reaches it, too | (delta_k2*r + delta_y*v)*relu'(net_k1)
delta_h1 | nothing back from step 2 | delta_k1*p*relu'(net_h1)
delta_h1 | only back through time | delta_h2*u*relu'(net_h1)
delta_g2 | nothing back from step 1 | delta_k2*q*relu'(net_g2)
dE/dp | the last step only | delta_k2*out_h2
dE/dr | its own step | delta_k2*out_k2
dE/du | the initial state forgotten | delta_h2*out_h1
dE/du | the states of the same steps | delta_h1*out_h1 + delta_h2*out_h2
dE/dub | as forward: error of step 2, state of step 1 | delta_g2*out_g1
""",
    "74-kernels-apart": """
net_u1_2 | the next value: not transposed | k1_1_2*x1_2
net_u1_3 | the kernel turned round | k1_1_2*x1_2
net_u2_2 | the kernel of the first channel | k1_1_2*x2_1
net_u2_3 | the channels mixed | k1_1_1*x1_2 + k2_1_1*x2_2
net_y1 | not dilated | g1_1*out_u1_1 + g1_2*out_u1_2 + g2_1*out_u2_1 + g2_2*out_u2_2
net_y1 | the first channel only | g1_1*out_u1_1 + g1_2*out_u1_3
net_y2 | the kernel turned round | g1_2*out_u1_2 + g1_1*out_u1_4 + g2_2*out_u2_2 + g2_1*out_u2_4
E | the mean of the places | (E_y1 + E_y2)/2
delta_u1_2 | as if not dilated | delta_y1*g1_2
delta_u1_3 | the weight of the other place | delta_y1*g1_1
dE/dg1_2 | the windows not dilated | delta_y1*out_u1_2 + delta_y2*out_u1_3
dE/dg2_1 | the other channel | delta_y1*out_u1_1 + delta_y2*out_u1_2
dE/dg2_2 | one place only | delta_y1*out_u2_3
dE/dk1_1_1 | the first value only | delta_u1_1*x1_1
dE/dk1_1_2 | places of the other weight | delta_u1_1*x1_1 + delta_u1_3*x1_2
""",
    "75-label-smoothing": """
smooth_c1 | nothing given back to the right class | (1 - 0.3)*t_c1
smooth_c1 | shared by the other two | (1 - 0.3)*t_c1 + 0.3/2
smooth_c2 | shared by the other two | 0.3/2
smooth_c3 | not shared | 0.3
E_c1 | not smoothed | -t_c1*ln(out_c1)
E | the right class only | E_c1
delta_c1 | not smoothed | out_c1 - t_c1
delta_c2 | target minus output | smooth_c2 - out_c2
delta_c3 | not smoothed | out_c3
dE/dw2 | the input forgotten | delta_c2
""",
    "76-triplet": """
a1 | W transposed | W1_1*x1 + W2_1*x2
L | the margin forgotten | relu((a1 - b1)^2 + (a2 - b2)^2 - ((a1 - c1)^2 + (a2 - c2)^2))
L | the margin taken off | relu((a1 - b1)^2 + (a2 - b2)^2 - ((a1 - c1)^2 + (a2 - c2)^2) - 1)
L | positive and negative exchanged | relu((a1 - c1)^2 + (a2 - c2)^2 - ((a1 - b1)^2 + (a2 - b2)^2) + 1)
L | distances not squared | relu(sqrt((a1 - b1)^2 + (a2 - b2)^2) - sqrt((a1 - c1)^2 + (a2 - c2)^2) + 1)
L | only the first bracket has the minus | relu((a1 - b1)^2 + (a2 - b2)^2 - (a1 - c1)^2 + (a2 - c2)^2 + 1)
dL/dc1 | the sign of the negative pair | 2*(c1 - a1)
dL/dc2 | the 2 forgotten | a2 - c2
dL/db1 | the sign of the inner derivative | 2*(a1 - b1)
dL/da1 | the positive pair only | 2*(a1 - b1)
dL/da2 | the negative pair with plus | 2*(a2 - b2) + 2*(a2 - c2)
dL/dx1 | W not transposed | dL/da1*W1_1 + dL/da2*W1_2
dL/dW1_1 | the anchor only | dL/da1*x1
dL/dW1_2 | the negative forgotten | dL/da1*x2 + dL/db1*p2
dL/dW2_1 | transposed | dL/da1*x2 + dL/db1*p2 + dL/dc1*n2
W2_2_new | uphill | W2_2 + eta*dL/dW2_2
""",
    "77-vae": """
z | the noise forgotten | m
z | the variance for the deviation | m + e^v*u
z | v itself for the deviation | m + v*u
y | from the mean, not from the sample | d*m
K | the half forgotten | m^2 + e^v - v - 1
K | the 1 forgotten | (1/2)*(m^2 + e^v - v)
K | v for the variance | (1/2)*(m^2 + v - ln(v) - 1)
L | the divergence forgotten | (1/2)*(x - y)^2
L | the divergence taken off | (1/2)*(x - y)^2 - K
dz/dv | the half forgotten | u*e^((1/2)*v)
dz/dv | the noise forgotten | (1/2)*e^((1/2)*v)
dK/dv | the -1 forgotten | (1/2)*e^v
dK/dv | the half forgotten | e^v - 1
dL/dv | the path over the sample forgotten | dL/dK*dK/dv
dL/dv | the divergence forgotten | dL/dz*dz/dv
dL/dm | the divergence forgotten | dL/dz
dL/dx | the target's own path forgotten | dL/dm*a + dL/dv*c
dL/dd | the mean for the sample | dL/dy*m
d_new | uphill | d + eta*dL/dd
""",
}

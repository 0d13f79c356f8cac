# ruff: noqa: E501 - a row is one line, however long its formula is
"""What a teacher of many years marks on layers beyond dense: written after the search was mended, measured once."""

AFRESH = {
    "41-lstm": """
net_i2 | the cell for the output of before | wi1*a2 + wi2*b2 + ui*c1 + bi
net_o2 | no recurrent part | wo1*a2 + wo2*b2 + bo
c2 | the candidate before its tanh | out_f2*c1 + out_i2*net_g2
c2 | only what is new | out_i2*out_g2
out_h2 | not through tanh | out_o2*c2
out_h2 | the cell of the first step | out_o2*tanh(c1)
dE/dc2 | tanh without its square | dE/dout_h2*out_o2*(1 - tanh(c2))
delta_f2 | the new cell for the old one | dE/dc2*c2*out_f2*(1 - out_f2)
delta_g2 | the gate is left out | dE/dc2*(1 - out_g2^2)
delta_o2 | the cell not through tanh | dE/dout_h2*c2*out_o2*(1 - out_o2)
dE/dc1 | nothing from the second step | dE/dout_h1*out_o1*(1 - tanh(c1)^2)
dE/dc1 | the input gate back through time | dE/dout_h1*out_o1*(1 - tanh(c1)^2) + dE/dc2*out_i2
dE/dwf1 | the second step only | delta_f2*a2
dE/dbf | the mean of both steps | (delta_f1 + delta_f2)/2
""",
    "42-gru": """
net_r2 | the first state | wr*x2 + ur*h0 + br
net_n2 | the reset gate is left out | wn*x2 + un*out_h1 + bn
out_h2 | not weighted by what is left | out_z2*out_h1 + out_n2
out_h1 | the reset gate for the update gate | out_r1*h0 + (1 - out_r1)*out_n1
delta_n2 | the gate the other way round | dE/dout_h2*out_z2*(1 - out_n2^2)
delta_z2 | only the old state | dE/dout_h2*out_h1*out_z2*(1 - out_z2)
dE/dout_h1 | the direct path only | dE/dout_h2*out_z2
dE/dun | not gated | delta_n1*h0 + delta_n2*out_h1
dE/dwr | inputs of the next step | delta_r1*x2 + delta_r2*x2
""",
    "44-attention": """
s12 | divided by the number of tokens | (qa1*ka2 + qb1*kb2)/2
s21 | the transposed score | (qa1*ka2 + qb1*kb2)/sqrt(2)
alpha12 | normalized over the queries | exp(s12)/(exp(s12) + exp(s22))
out_ya2 | the transposed weights | alpha12*va1 + alpha22*va2
dE/dalpha12 | the other row of the error | dE/dout_ya2*va2 + dE/dout_yb2*vb2
dE/ds12 | as for a sigmoid | dE/dalpha12*alpha12*(1 - alpha12)
dE/dkb1 | keys for queries | dE/ds11*(1/sqrt(2))*kb1 + dE/ds21*(1/sqrt(2))*kb2
dE/dva1 | the first query only | dE/dout_ya1*alpha11
dE/dwv1 | the first token only | dE/dva1*x1_1
""",
    "45-convolution-1d": """
net_y2 | the window of the first place | k1*x1 + k2*x2 + k3*x3 + b
net_y1 | the kernel turned round | k3*x1 + k2*x2 + k1*x3 + b
dE/dk1 | the first place only | delta_y1*x1
dE/dk3 | the window of the first weight | delta_y1*x1 + delta_y2*x2 + delta_y3*x3
dE/db | one place only | delta_y3
""",
    "46-convolution-2d": """
net_y1_2 | moved down and not to the right | k1_1*x2_1 + k1_2*x2_2 + k2_1*x3_1 + k2_2*x3_2 + b
net_y2_1 | bias forgotten | k1_1*x2_1 + k1_2*x2_2 + k2_1*x3_1 + k2_2*x3_2
dE/dk1_2 | the errors without their places | (delta_y1_1 + delta_y1_2 + delta_y2_1 + delta_y2_2)*x1_2
dE/db | the mean over the map | (delta_y1_1 + delta_y1_2 + delta_y2_1 + delta_y2_2)/4
""",
    "43-embedding": """
net_y | the weights of the places in reverse | w5*out_ea1 + w6*out_eb1 + w3*out_ea2 + w4*out_eb2 + w1*out_ea3 + w2*out_eb3
dE/dthe_1 | the last place only | dE/dout_ea3
dE/dthe_2 | the mean over the places | (dE/dout_eb1 + dE/dout_eb3)/2
dE/dout_ea2 | the weight of the first place | delta_y*w1
""",
    "47-pooling": """
out_p1_1 | the mean of the window | (out_c1_1 + out_c1_2)/2
dE/dout_q1 | the weight is left out | delta_y
delta_c1_1 | the slope is left out and the maximum | dE/dout_p1_1
""",
    "51-batch-norm": """
var_x | divided by one less | ((x^(1) - mu_x)^2 + (x^(2) - mu_x)^2 + (x^(3) - mu_x)^2 + (x^(4) - mu_x)^2)/3
sample 2 / xhat_x | divided by the variance | (x^(2) - mu_x)/var_x
sample 3 / out_y | shift before the scale | gamma*(xhat_x^(3) + beta)
sample 2 / dE/dx | mean and variance taken for constants | dE/dxhat_x^(2)/sqrt(var_x)
dE/dgamma | the inputs for the normalized ones | dE/dout_y^(1)*x^(1) + dE/dout_y^(2)*x^(2) + dE/dout_y^(3)*x^(3) + dE/dout_y^(4)*x^(4)
dE/dbeta | the mean over the batch | (dE/dout_y^(1) + dE/dout_y^(2) + dE/dout_y^(3) + dE/dout_y^(4))/4
""",
    "53-layer-norm": """
var | not divided | (out_h1 - mu)^2 + (out_h2 - mu)^2 + (out_h3 - mu)^2 + (out_h4 - mu)^2
out_n2 | not shifted | gamma2*xhat_h2
dE/dxhat_h3 | not scaled | dE/dout_n3
delta_h1 | the variance taken for a constant | dE/dxhat_h1/sqrt(var) + 1/4*dE/dmu
dE/dgamma3 | the output | dE/dout_n3*out_n3
""",
    "54-dropout": """
out_d1 | not scaled up | out_h1*m1
net_y | everything kept | w7*out_h1 + w8*out_h2 + w9*out_h3 + b2
delta_h1 | the mask is forgotten on the way back | dE/dout_d1*relu'(net_h1)
dE/dw7 | the value before the mask | delta_y*out_h1
""",
    "50-residual": """
net_r1 | the shortcut is left out | out_h3_1
net_r2 | multiplied, not added | out_h3_2*out_h1_2
delta_h1_1 | the shortcut gives nothing back | (delta_h2_1*w5 + delta_h2_2*w7)*relu'(net_h1_1)
delta_h1_2 | the shortcut after the slope | (delta_h2_1*w6 + delta_h2_2*w8)*relu'(net_h1_2) + delta_r2
dE/dw5 | the input of the network | delta_h2_1*x1
""",
}

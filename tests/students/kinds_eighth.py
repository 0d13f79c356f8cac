# ruff: noqa: E501 - a row is one line, however long its formula is
"""The rarer mistakes that the teacher of `kinds_seventh` wrote down on the same problems, in the same blindness.

Kept back, unmeasured, while the search was mended for the seventh set.
"""

EIGHTH = {
    "39-matrix-attention": """
Q2_1 | the weight matrix transposed | X2_1*WQ1_1 + X2_2*WQ1_2
V2_2 | the matrix of the keys | X2_1*WK1_2 + X2_2*WK2_2
A1_2 | normalized over the whole matrix | e^S1_2/(e^S1_1 + e^S1_2 + e^S2_1 + e^S2_2)
L | the half forgotten | (O1_1 - T1_1)^2 + (O1_2 - T1_2)^2 + (O2_1 - T2_1)^2 + (O2_2 - T2_2)^2
L | the first token only | (1/2)*((O1_1 - T1_1)^2 + (O1_2 - T1_2)^2)
dL/dO2_1 | a 2 too many | 2*(O2_1 - T2_1)
dL/dO1_2 | target minus output | T1_2 - O1_2
dL/dA2_2 | the error of the other token | dL/dO1_1*V2_1 + dL/dO1_2*V2_2
dA1_2/dS1_2 | the other share in the diagonal | A1_2*(1 - A1_1)
dL/dQ1_2 | scaled twice | (dL/dS1_1*dS1_1/dQ1_2 + dL/dS1_2*dS1_2/dQ1_2)/sqrt(2)
dL/dX1_2 | the path over the values only | dL/dV1_1*WV2_1 + dL/dV1_2*WV2_2
dL/dWQ1_1 | summed over the tokens without X | dL/dQ1_1 + dL/dQ2_1
dL/dWK1_2 | the gradient transposed | dL/dK1_1*X1_2 + dL/dK2_1*X2_2
WV1_2_new | learning rate forgotten | WV1_2 - dL/dWV1_2
""",
    "40-recurrent": """
net_h3 | w and u exchanged | u*x3 + w*out_h2
net_ya2 | the readout of the net input | v1*net_h2
out_ya2 | softmax over the steps | e^net_ya2/(e^net_ya1 + e^net_ya2 + e^net_ya3)
delta_ya2 | a slope besides | (out_ya2 - t_ya2)*out_ya2*(1 - out_ya2)
delta_h1 | back through w | (delta_h2*w + delta_ya1*v1 + delta_yb1*v2)*(1 - out_h1^2)
delta_h1 | the slope not on the part from step 2 | delta_h2*u + (delta_ya1*v1 + delta_yb1*v2)*(1 - out_h1^2)
dE/dv1 | the last step only | delta_ya3*out_h3
dE/dw | the mean of the steps | (delta_h1*x1 + delta_h2*x2 + delta_h3*x3)/3
""",
    "41-lstm": """
net_i2 | the inputs of step 1 | wi1*a1 + wi2*b1 + ui*out_h1 + bi
out_g1 | sigmoid for the candidate | sigmoid(net_g1)
c2 | the output for the old cell | out_f2*out_h1 + out_i2*out_g2
out_h2 | sigmoid of the cell | out_o2*sigmoid(c2)
E | the last step only | E_h2
dE/dc2 | slope from the output | dE/dout_h2*out_o2*(1 - out_h2^2)
delta_o2 | from the cell's error | dE/dc2*tanh(c2)*out_o2*(1 - out_o2)
dE/dout_h1 | input weights for the recurrent ones | delta_f2*wf1 + delta_i2*wi1 + delta_g2*wa1 + delta_o2*wo1 + out_h1 - t_h1
delta_o1 | the cell of step 2 | dE/dout_h1*tanh(c2)*out_o1*(1 - out_o1)
dE/dwa2 | the first step forgotten | delta_g2*b2
dE/dwo1 | the inputs of the steps exchanged | delta_o1*a2 + delta_o2*a1
wa2_new | uphill | wa2 + eta*dE/dwa2
""",
    "42-gru": """
net_n2 | the update gate for the reset gate | wn*x2 + out_z2*un*out_h1 + bn
out_n1 | sigmoid for the candidate | sigmoid(net_n1)
out_h2 | both with z | out_z2*out_h1 + out_z2*out_n2
net_y | the candidate is read out | v*out_n2
dE/dout_h2 | the weight forgotten | delta_y
delta_n2 | sigmoid slope | dE/dout_h2*(1 - out_z2)*out_n2*(1 - out_n2)
delta_r2 | the state of the beginning | delta_n2*un*h0*out_r2*(1 - out_r2)
dE/dout_h1 | only the direct path | dE/dout_h2*out_z2
delta_z1 | slope forgotten | dE/dout_h1*(h0 - out_n1)
dE/dwn | the last step only | delta_n2*x2
dE/dbz | weighted by the inputs | delta_z1*x1 + delta_z2*x2
""",
    "43-embedding": """
out_eb2 | the row below | (the_2, cat_2, sat_2)[x2 + 1]
out_eb1 | the first column | (the_1, cat_1, sat_1)[x1]
out_ea3 | the next new word instead of "the" again | sat_1
net_y | the first token only | w1*out_ea1 + w2*out_eb1
dE/dout_ea3 | the output for the weight | delta_y*out_ea3
dE/dw4 | the index for the vector | delta_y*x2
dE/dw2 | the weight for the output | delta_y*w2
dE/dcat_2 | times the vector | dE/dout_eb2*cat_2
dE/dsat_1 | what is "cat" goes to "sat" | dE/dout_ea2
the_2_new | updated for one place | the_2 - eta*dE/dout_eb1
""",
    "44-attention": """
qa2 | the first token | wq1*x1_1 + wq3*x1_2
kb1 | the matrix read by rows | wk3*x1_1 + wk4*x1_2
s22 | the first feature only | qa2*ka2/sqrt(2)
s21 | query and key exchanged | (qa1*ka2 + qb1*kb2)/sqrt(2)
s11 | multiplied by the root | (qa1*ka1 + qb1*kb1)*sqrt(2)
alpha11 | not normalized | e^s11
out_yb1 | keys for values | alpha11*kb1 + alpha12*kb2
out_ya2 | its own value only | alpha22*va2
dE/dout_yb1 | target minus output | t_yb1 - out_yb1
dE/dalpha21 | keys for values | dE/dout_ya2*ka1 + dE/dout_yb2*kb1
dE/dalpha12 | the first feature only | dE/dout_ya1*va2
dE/dkb2 | keys for queries | dE/ds12*(1/sqrt(2))*kb1 + dE/ds22*(1/sqrt(2))*kb2
dE/dvb2 | shares forgotten | dE/dout_yb1 + dE/dout_yb2
dE/dwq3 | the first feature of the inputs | dE/dqa1*x1_1 + dE/dqa2*x2_1
dE/dwk2 | the gradient of the wrong unit | dE/dka1*x1_1 + dE/dka2*x2_1
dE/dwv4 | the mean of the tokens | (dE/dvb1*x1_2 + dE/dvb2*x2_2)/2
""",
    "45-convolution-1d": """
net_y2 | the first window again | k1*x1 + k2*x2 + k3*x3 + b
E_y2 | the half forgotten | (t_y2 - out_y2)^2
delta_y3 | doubled | 2*(out_y3 - t_y3)
dE/dk3 | one input for all | (delta_y1 + delta_y2 + delta_y3)*x3
dE/dk2 | the errors in reversed order | delta_y3*x2 + delta_y2*x3 + delta_y1*x4
dE/db | as a weight's | delta_y1*x1 + delta_y2*x2 + delta_y3*x3
b_new | learning rate forgotten | b - dE/db
""",
    "46-convolution-2d": """
net_y2_2 | stride 2 beyond the edge, zeros there | k1_1*x3_3 + b
net_y1_2 | the first row of the kernel only | k1_1*x1_2 + k1_2*x1_3 + b
out_y1_1 | the amount | abs(net_y1_1)
E_y1_2 | not squared | (1/2)*(t_y1_2 - out_y1_2)
delta_y1_2 | times the output | (out_y1_2 - t_y1_2)*out_y1_2
delta_y2_1 | the net input for the slope | (out_y2_1 - t_y2_1)*net_y2_1
dE/dk2_1 | the gradient transposed | delta_y1_1*x1_2 + delta_y1_2*x1_3 + delta_y2_1*x2_2 + delta_y2_2*x2_3
dE/dk2_2 | the last place only | delta_y2_2*x3_3
dE/db | the last place only | delta_y2_2
b_new | not trained | b
""",
    "47-pooling": """
net_c1_3 | stride 2 in the convolution | k1_1*x5
net_c2_4 | the minus of the input lost | k2_1*x5 + k2_2*x5
out_p2_2 | the smaller | min(out_c2_3, out_c2_4)
out_p2_1 | the sum | out_c2_1 + out_c2_2
out_q2 | the mean of all four places | (out_c2_1 + out_c2_2 + out_c2_3 + out_c2_4)/4
net_y | the weights exchanged | w2*out_q1 + w1*out_q2
dE/dout_p2_1 | doubled instead of halved | 2*dE/dout_q2
delta_c2_4 | the error of the first window | dE/dout_q2*relu'(net_c2_4)
dE/dw1 | the sum of the pools | delta_y*(out_p1_1 + out_p1_2)
dE/dk1_1 | the mean of the places | (delta_c1_1*x1 + delta_c1_2*x2 + delta_c1_3*x3 + delta_c1_4*x4)/4
dE/dk2_2 | one winner only | delta_c2_1*x2
w1_new | uphill | w1 + eta*dE/dw1
""",
    "48-small-cnn": """
net_c2_1_1 | the other bias | k2_1_1*x1_1 + k2_1_2*x1_2 + k2_1_3*x1_3 + k2_2_1*x2_1 + k2_2_2*x2_2 + k2_2_3*x2_3 + k2_3_1*x3_1 + k2_3_2*x3_2 + k2_3_3*x3_3 + b1
net_c2_2_2 | the first kernel | k1_1_1*x2_2 + k1_1_2*x2_3 + k1_1_3*x2_4 + k1_2_1*x3_2 + k1_2_2*x3_3 + k1_2_3*x3_4 + k1_3_1*x4_2 + k1_3_2*x4_3 + k1_3_3*x4_4 + b2
net_c2_2_1 | the kernel transposed | k2_1_1*x2_1 + k2_2_1*x2_2 + k2_3_1*x2_3 + k2_1_2*x3_1 + k2_2_2*x3_2 + k2_3_2*x3_3 + k2_1_3*x4_1 + k2_2_3*x4_2 + k2_3_3*x4_3 + b2
out_p2_1_1 | the sum | out_c2_1_1 + out_c2_1_2 + out_c2_2_1 + out_c2_2_2
net_level | the weights of the other class | w1*out_p1_1_1 + w2*out_p2_1_1
net_upright | the weight matrix transposed | w1*out_p1_1_1 + w3*out_p2_1_1
out_level | without exponentials | net_level/(net_upright - net_level)
E | logarithm to base 10 | -log10(out_upright)
E | both logarithms added | -(ln(out_upright) + ln(out_level))
delta_c1_2_1 | times its output | dE/dout_p1_1_1*out_c1_2_1
delta_c2_2_1 | the error of the other channel | dE/dout_p1_1_1*relu'(net_c2_2_1)
dE/dw3 | the other class | delta_upright*out_p1_1_1
dE/dw2 | the first place before pooling | delta_upright*out_c2_1_1
dE/dk2_3_3 | the mean of the places | (delta_c2_1_1*x3_3 + delta_c2_1_2*x3_4 + delta_c2_2_1*x4_3 + delta_c2_2_2*x4_4)/4
dE/db1 | as for dense units, times the input | delta_c1_2_1*x2_1
""",
    "49-maxout": """
net_h1_2 | the minus of the second piece lost | w1*x1 + w2*x2 + b2
net_h2_1 | the sign of the input lost | w5*x1 - w6*x2 + b3
out_h1 | always the first piece, with ReLU | relu(net_h1_1)
net_y | bias forgotten | w9*out_h1 + w10*out_h2
E | the half forgotten | (t_y - out_y)^2
delta_y | target minus output | t_y - out_y
delta_h2_1 | the weight of the other unit | delta_y*w9
dE/dw4 | the first input | delta_h1_2*x1
dE/dw6 | the minus of the input lost | -delta_h2_1*x2
dE/db2 | times the input | delta_h1_2*x1
w3_new | uphill | w3 + eta*dE/dw3
w1_new | moved with the winner's gradient | w1 - eta*dE/dw3
""",
    "50-residual": """
net_h1_2 | the minus of the weight lost | w3*x1 - w4*x2
net_h2_1 | the inputs again | w5*x1 + w6*x2
net_r1 | crossed | out_h3_1 + out_h1_2
net_r2 | multiplied | out_h3_2*out_h1_2
delta_y | target minus output | t_y - out_y
delta_r2 | times the output | delta_y*w14*out_r2
delta_h3_1 | halved between the paths | (1/2)*delta_r1
delta_h1_2 | both errors come over the skip | (delta_h2_1*w6 + delta_h2_2*w8 + delta_r1 + delta_r2)*relu'(net_h1_2)
dE/dw11 | the error of the other unit | delta_h3_1*out_h2_1
dE/dw4 | the first input | delta_h1_2*x1
w10_new | uphill | w10 + eta*dE/dw10
w8_new | learning rate forgotten | w8 - dE/dw8
""",
    "51-batch-norm": """
mu_x | divided by n - 1 | (x^(1) + x^(2) + x^(3) + x^(4))/3
var_x | not divided | (x^(1) - mu_x)^2 + (x^(2) - mu_x)^2 + (x^(3) - mu_x)^2 + (x^(4) - mu_x)^2
var_x | the mean of the squares | (x^(1)^2 + x^(2)^2 + x^(3)^2 + x^(4)^2)/4
sample 2 / out_y | gamma and beta exchanged | beta*xhat_x^(2) + gamma
sample 4 / out_y | shifted before it is scaled | gamma*(xhat_x^(4) + beta)
sample 2 / dE/dxhat_x | divided by gamma | dE/dout_y^(2)/gamma
dE/dmu_x | divided by the variance | -(dE/dxhat_x^(1) + dE/dxhat_x^(2) + dE/dxhat_x^(3) + dE/dxhat_x^(4))/var_x
dE/dbeta | behind the scale | dE/dxhat_x^(1) + dE/dxhat_x^(2) + dE/dxhat_x^(3) + dE/dxhat_x^(4)
gamma_new | uphill | gamma + eta*dE/dgamma
""",
    "52-batch-norm-network": """
sample 1 / net_h2 | the minus of the weight lost | w3*x1^(1) - w4*x2^(1)
mu_h1 | the sum for the mean | out_h1^(1) + out_h1^(2) + out_h1^(3) + out_h1^(4)
var_h2 | the mean of the squares | (out_h2^(1)^2 + out_h2^(2)^2 + out_h2^(3)^2 + out_h2^(4)^2)/4
sample 3 / xhat_h2 | the mean of the other unit | (out_h2^(3) - mu_h1)/sqrt(var_h2)
sample 2 / net_n2 | the scale of the other unit | gamma1*xhat_h2^(2) + beta2
sample 2 / net_y | bias forgotten | w5*out_n1^(2) + w6*out_n2^(2)
sample 4 / delta_n2 | times its output | delta_y^(4)*w6*out_n2^(4)
sample 2 / dE/dxhat_h2 | gamma forgotten | delta_n2^(2)
dE/dmu_h2 | not divided by the deviation | -(dE/dxhat_h2^(1) + dE/dxhat_h2^(2) + dE/dxhat_h2^(3) + dE/dxhat_h2^(4))
sample 1 / delta_h1 | the mean's path only | (1/4)*dE/dmu_h1
sample 3 / delta_h2 | the sign of the deviation | dE/dxhat_h2^(3)/sqrt(var_h2) + (1/2)*dE/dvar_h2*(mu_h2 - out_h2^(3)) + (1/4)*dE/dmu_h2
dE/dgamma1 | the outputs for the normalized | delta_n1^(1)*net_n1^(1) + delta_n1^(2)*net_n1^(2) + delta_n1^(3)*out_h1^(3) + delta_n1^(4)*out_h1^(4)
dE/dbeta2 | the mean of the batch | (delta_n2^(1) + delta_n2^(2) + delta_n2^(3) + delta_n2^(4))/4
dE/dw4 | the first input | delta_h2^(1)*x1^(1) + delta_h2^(2)*x1^(2) + delta_h2^(3)*x1^(3) + delta_h2^(4)*x1^(4)
dE/dw3 | the last sample only | delta_h2^(4)*x1^(4)
beta1_new | learning rate forgotten | beta1 - dE/dbeta1
""",
    "53-layer-norm": """
net_h4 | bias forgotten | w7*x1 + w8*x2
mu | the sum for the mean | out_h1 + out_h2 + out_h3 + out_h4
xhat_h4 | mean minus value | (mu - out_h4)/sqrt(var)
out_n4 | the first gamma for all | gamma1*xhat_h4 + beta4
out_n3 | scaled before it is normalized | gamma3*out_h3 + beta3
dE/dout_n3 | the minus of the weight lost | -delta_y*w11
dE/dxhat_h3 | the gamma of another unit | dE/dout_n3*gamma4
dE/dvar | the deviations for the normalized | -(dE/dxhat_h1*(out_h1 - mu) + dE/dxhat_h2*(out_h2 - mu) + dE/dxhat_h3*(out_h3 - mu) + dE/dxhat_h4*(out_h4 - mu))/(2*var)
dE/dmu | gamma not in it | -(dE/dout_n1 + dE/dout_n2 + dE/dout_n3 + dE/dout_n4)/sqrt(var)
dE/dmu | divided by the variance | -(dE/dxhat_h1 + dE/dxhat_h2 + dE/dxhat_h3 + dE/dxhat_h4)/var
delta_h4 | the deviation not divided out | dE/dxhat_h4 + (1/2)*dE/dvar*(out_h4 - mu) + (1/4)*dE/dmu
dE/dgamma4 | times its output | dE/dout_n4*out_n4
dE/dgamma2 | the value before | dE/dout_n2*out_h2
dE/dbeta3 | behind the scale | dE/dxhat_h3
dE/dw8 | the normalization passed over | dE/dout_n4*x2
""",
    "54-dropout": """
net_h2 | the minus of the weight lost | -w3*x1 + w4*x2 + b1
out_d2 | the mask turned round | out_h2*((1 - m2)/0.5)
E | the half forgotten | (t_y - out_y)^2
delta_y | target minus output | t_y - out_y
dE/dout_d3 | the output for the weight | delta_y*out_d3
delta_h3 | multiplied by the rate | dE/dout_d3*m3*0.5*relu'(net_h3)
dE/dw6 | the first input | delta_h3*x1
dE/db1 | the first unit only | delta_h1
w5_new | uphill | w5 + eta*dE/dw5
w7_new | the new weight scaled, too | (w7 - eta*dE/dw7)/0.5
""",
    "55-transformer-block": """
out_pa2 | the position of the first token | x2_1 + e1
rms_2 | the mean of the values | (out_pa2 + out_pb2)/2
kb2 | the matrix read by rows | wk3*out_na2 + wk4*out_nb2
va1 | not normalized, the matrix read by rows | wv1*out_pa1 + wv2*out_pb1
s2_2_1 | the own key | qb2*kb2
alpha2_2_1 | over both heads | e^s2_2_1/(e^s2_2_1 + e^s2_2_2 + e^s1_2_1 + e^s1_2_2)
rms5_1 | the attention only | sqrt((out_ha1^2 + out_hb1^2)/2)
out_gb2 | ReLU for swish | relu(net_gb2)
out_s1_1 | the residual from the token's vector | out_h7_a1 + out_pa1
out_yb2 | softmax over the tokens | e^net_yb2/(e^net_yb1 + e^net_yb2)
E | the mean of the tokens | -(t_ya1*ln(out_ya1) + t_yb1*ln(out_yb1) + t_ya2*ln(out_ya2) + t_yb2*ln(out_yb2))/2
delta_yb1 | target minus output | t_yb1 - out_yb1
dE/dout_s1_1 | one word only | delta_ya1*w9
delta_ga2 | the other factor forgotten | (delta_h7_a2*w5 + delta_h7_b2*w6)*(out_ga2 + sigmoid(net_ga2)*(1 - out_ga2))
dE/drms5_2 | the first feature only | -dE/dxhat_r2_1*(out_r2_1/rms5_2^2)
dE/dout_r2_1 | only the residual path | dE/dout_s2_1
dE/dalpha1_1_2 | its own value | dE/dca1*va1
dE/dqb1 | the queries for the keys | dE/ds2_1_1*qb1 + dE/ds2_1_2*qb2
dE/dvb1 | the shares of the first head | dE/dcb1*alpha1_1_1 + dE/dcb2*alpha1_2_1
dE/dout_nb1 | the values only | dE/dva1*wv3 + dE/dvb1*wv4
dE/drms_2 | the minus lost | dE/dxhat_pa2*(out_pa2/rms_2^2) + dE/dxhat_pb2*(out_pb2/rms_2^2)
dE/dout_pb2 | the mean of the squares not differentiated | dE/dxhat_pb2*(1/rms_2) + dE/dout_r2_2 + dE/drms_2
dE/dw7 | the residual sum for its input | delta_h7_a1*out_r1_2 + delta_h7_a2*out_r2_2
dE/dv1 | the error of the other factor | delta_h6_a1*out_n5_a1 + delta_h6_a2*out_n5_a2
dE/dwv4 | what is not normalized | dE/dvb1*out_pb1 + dE/dvb2*out_pb2
dE/dwo2 | the transposed place | dE/dout_ha1*cb1 + dE/dout_ha2*cb2
dE/de1 | times the input | dE/dout_pa1*x1_1 + dE/dout_pa1
""",
    "56-radial-basis": """
sample 2 / net_h2 | the first coordinate only | (x1 - c3)^2
sample 2 / out_h2 | the width of the other unit | e^(-net_h2/(2*s1^2))
sample 2 / net_o | bias forgotten | w1*out_h1 + w2*out_h2
sample 2 / net_o | the distances are weighted | w1*net_h1 + w2*net_h2 + b1
sample 2 / delta_h1 | the slope of sigmoid | delta_o*w1*out_h1*(1 - out_h1)
sample 2 / dE/dw2 | the distance for the output | delta_o*net_h2
sample 2 / dE/dc3 | the distance for the difference | 2*delta_h2*net_h2
sample 2 / dE/ds1 | the distance forgotten | delta_o*w1*out_h1/s1^3
sample 1 / s2_new | uphill | s2 + eta*dE/ds2
sample 2 / c2_new | learning rate forgotten | c2 - dE/dc2
""",
    "57-instance-norm": """
mu_1 | the sum for the mean | x1_1_1 + x1_1_2
var_2 | the mean of the squares | (x2_1_1^2 + x2_1_2^2)/2
out_y2 | the scale of the place, not of the channel | gamma2*xhat_x1_1_2 + beta2
E | the mean of the four | (E_y1 + E_y2 + E_y3 + E_y4)/4
dE/dout_y3 | target minus output | t_y3 - out_y3
dE/dxhat_x2_1_1 | the other gamma | dE/dout_y3*gamma1
dE/dvar_2 | the minus lost | dE/dxhat_x2_1_1*(xhat_x2_1_1/(2*var_2)) + dE/dxhat_x2_1_2*(xhat_x2_1_2/(2*var_2))
dE/dgamma2 | over the places of both channels | dE/dout_y2*xhat_x1_1_2 + dE/dout_y4*xhat_x2_1_2
dE/dgamma2 | one place only | dE/dout_y3*xhat_x2_1_1
gamma2_new | uphill | gamma2 + eta*dE/dgamma2
""",
    "58-sequence-lengths": """
sample 1 / net_h3 | the minus of the input lost | -w*x3 + u*out_h2
sample 1 / out_h3 | the old state added | tanh(net_h3) + out_h2
sample 1 / net_y | the mean of the states | v*(out_h1 + out_h2 + out_h3)/3
sample 1 / out_y | tanh for sigmoid | tanh(net_y)
sample 1 / E | squared error | (1/2)*(t_y - out_y)^2
sample 2 / E | the target's logarithm only | -ln(out_y)
sample 1 / delta_h2 | as if the step were masked, too | (delta_h3*u + delta_y*v)*(1 - out_h2^2)
sample 2 / delta_h1 | w for u | delta_h2*w*(1 - out_h1^2)
sample 2 / dE/dv | the last real input | delta_y*out_h1
sample 2 / dE/dw | the mean of the steps | (delta_h1*x1 + delta_h2*x2 + delta_h3*x3)/3
sample 2 / dE/du | the masked step instead of the one before | delta_h2*out_h2
dE/du | weighted by the lengths | (3*dE/du^(1) + 2*dE/du^(2))/5
u_new | uphill | u + eta*dE/du
""",
    "60-skip-gram": """
r2 | with u for v | N2_1*u1 + N2_2*u2
J | the sigmoids without logarithm | -sigmoid(s) - (sigmoid(-r1) + sigmoid(-r2))
dJ/dr2 | the slope of sigmoid, logarithm forgotten | sigmoid(-r2)*(1 - sigmoid(-r2))
dJ/ds | the score for its sigmoid | s - 1
ds/dv2 | its own vector | v2
dr2/dv1 | the other row | N1_1
dJ/du1 | the negative words, too | (dJ/ds + dJ/dr1 + dJ/dr2)*v1
dJ/dN1_2 | the first entry of v | dJ/dr1*v1
dJ/dN2_1 | the other word's error | dJ/dr1*v1
dJ/dN2_2 | the row itself | dJ/dr2*N2_2
N2_1_new | learning rate forgotten | N2_1 - dJ/dN2_1
u2_new | the gradient of v | u2 - eta*dJ/dv2
""",
    "67-muon": """
f | the matrix product's trace | G1_1*W1_1 + G1_2*W2_1 + G2_1*W1_2 + G2_2*W2_2
df/dW1_2 | transposed | G2_1
b_W2_1_new | mu and 1 - mu: the sign of the gradient | mu*b_W2_1 - (1 - mu)*df/dW2_1
u_W1_2 | without the gradient | mu*b_W1_2_new
norm_W | the sum of the amounts | abs(u_W1_1) + abs(u_W1_2) + abs(u_W2_1) + abs(u_W2_2)
norm_W | the norm of the gradient | sqrt(df/dW1_1^2 + df/dW1_2^2 + df/dW2_1^2 + df/dW2_2^2)
A1_11_W | X·X for X·Xᵀ | x0_W1_1^2 + x0_W1_2*x0_W2_1
A1_22_W | the root is taken | sqrt(x0_W2_1^2 + x0_W2_2^2)
B1_22_W | squared | beta*A1_22_W^2
x1_W1_2 | multiplied from the right | alpha*x0_W1_2 + B1_12_W*x0_W1_1 + B1_22_W*x0_W1_2
x2_W1_2 | the start for the last iterate | alpha*x0_W1_2 + B2_11_W*x0_W1_2
x2_W2_1 | the correction of the first iteration | alpha*x1_W2_1 + B1_22_W*x1_W2_1
W2_1_new | the transposed place | W2_1 - eta*x2_W1_2
""",
    "73-two-ways": """
net_h2 | the state not weighted | w*x2 + out_h1
net_g1 | the forward weights | w*x1 + u*out_g2
net_k2 | p and q exchanged | q*out_h2 + p*out_g2 + r*out_k1
net_y | both states are read out | v*(out_k1 + out_k2)
delta_k2 | weight forgotten | delta_y*relu'(net_k2)
delta_k1 | the output for the slope | delta_k2*r*out_k1
delta_h2 | from the step before | delta_k1*p*relu'(net_h2)
delta_g1 | back from g of step 2 | (delta_k1*q + delta_k2*q*ub)*relu'(net_g1)
delta_g2 | through the forward weight | (delta_g1*u + delta_k2*q)*relu'(net_g2)
dE/dq | h for g | delta_k1*out_h1 + delta_k2*out_h2
dE/dwb | the steps exchanged | delta_g2*x1 + delta_g1*x2
dE/dw | the mean of the steps | (delta_h1*x1 + delta_h2*x2)/2
ub_new | uphill | ub + eta*dE/dub
""",
    "74-kernels-apart": """
net_u1_2 | windows overlap, stride 1 | k1_1_2*x1_1 + k1_1_1*x1_2
net_u2_4 | the minus of the weight lost | -k2_1_2*x2_2
net_y2 | dilated by 3 | g1_1*out_u1_1 + g1_2*out_u1_4 + g2_1*out_u2_1 + g2_2*out_u2_4
net_y1 | the kernel transposed | g1_1*out_u1_1 + g2_1*out_u1_3 + g1_2*out_u2_1 + g2_2*out_u2_3
delta_y2 | target minus output | t_y2 - out_y2
delta_u1_2 | both outputs | delta_y1*g1_2 + delta_y2*g1_1
delta_u2_1 | the kernel of the first channel | delta_y1*g1_1
delta_u2_4 | the error of the first output | delta_y1*g2_2
dE/dg1_1 | the inputs of the first layer | delta_y1*x1_1 + delta_y2*x1_2
dE/dk2_1_1 | neighbouring places | delta_u2_1*x2_1 + delta_u2_2*x2_2
dE/dk2_1_2 | the inputs of the first channel | delta_u2_2*x1_1 + delta_u2_4*x1_2
dE/dk1_1_1 | the mean of the places | (delta_u1_1*x1_1 + delta_u1_3*x1_2)/2
g2_2_new | uphill | g2_2 + eta*dE/dg2_2
k1_1_2_new | learning rate forgotten | k1_1_2 - dE/dk1_1_2
""",
    "75-label-smoothing": """
out_c1 | without exponentials | net_c1/(net_c1 + net_c2 + net_c3)
out_c2 | its own term not in the sum | exp_c2/(exp_c1 + exp_c3)
smooth_c2 | not smoothed | t_c2
E_c2 | the minus lost | smooth_c2*ln(out_c2)
delta_c1 | times the smoothed target | smooth_c1*(out_c1 - 1)
w1_new | uphill | w1 + eta*dE/dw1
""",
    "76-triplet": """
b2 | the anchor's picture | W2_1*x1 + W2_2*x2
c1 | the second row | W2_1*n1 + W2_2*n2
b1 | the second entry forgotten | W1_1*p1
L | the negative pair forgotten | (a1 - b1)^2 + (a2 - b2)^2 + 1
dL/db1 | the 2 forgotten | b1 - a1
dL/da1 | the 2 forgotten | a1 - b1 + c1 - a1
dL/dx2 | the first row of W | dL/da1*W1_1 + dL/da2*W1_2
dL/dp2 | the second unit only | dL/db2*W2_2
dL/dn2 | the first unit only | dL/dc1*W1_2
dL/dW2_2 | the anchor's picture for all three | (dL/da2 + dL/db2 + dL/dc2)*x2
dL/dW2_2 | the negative with minus | dL/da2*x2 + dL/db2*p2 - dL/dc2*n2
dL/dW1_2 | the mean of the three uses | (dL/da1*x2 + dL/db1*p2 + dL/dc1*n2)/3
W1_1_new | learning rate forgotten | W1_1 - dL/dW1_1
""",
    "77-vae": """
v | the weight of the mean | a*x
z | the root of v | m + sqrt(v)*u
z | without the half of the noise's sign | m - e^((1/2)*v)*u
K | the mean not squared | (1/2)*(m + e^v - v - 1)
K | the sign of v | (1/2)*(m^2 + e^v + v - 1)
K | the whole turned round | (1/2)*(1 + v - m^2 - e^v)
L | the half forgotten | (x - y)^2 + K
dL/dy | the sign of the inner derivative | x - y
dL/dz | the code for the weight | dL/dy*z
dz/dv | the noise only | u
dK/dm | a 2 too many | 2*m
dL/dm | the paths subtracted | dL/dz - dL/dK*dK/dm
local dL/dx | the sign | y - x
dL/dx | as a target only | x - y
dL/du | the deviation forgotten | dL/dz
dL/da | past the code: only the reconstruction | dL/dz*x
dL/dc | the weight for the input | dL/dv*c
""",
}

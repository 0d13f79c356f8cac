"""Mistakes with momentum and Adam, in graphs, and back through time."""

from collections.abc import Callable

from kinds import KINDS, Kind, say

# ------------------------------------------------------------------------------------------------ momentum and Adam


def two_ways(lines: str, name: str, inside: str | None, outside: str | None) -> None:
    """A mistake with momentum, the rate being inside of the velocity or outside."""
    KINDS.append(Kind(f"{lines}: {name}", (lines,), lambda role, _: outside if role.about["classic"] else inside))


two_ways("velocity", "without μ", "v_p + eta*dE/dp", "v_p + dE/dp")
two_ways("velocity", "the old velocity is left out", "eta*dE/dp", None)
two_ways("velocity", "μ on the gradient too", "mu*(v_p + eta*dE/dp)", "mu*(v_p + dE/dp)")
two_ways("velocity", "1 − μ on the gradient", "mu*v_p + (1 - mu)*eta*dE/dp", "mu*v_p + (1 - mu)*dE/dp")
two_ways("velocity", "minus the gradient", "mu*v_p - eta*dE/dp", "mu*v_p - dE/dp")
two_ways("velocity", "the rate forgotten, or put in", "mu*v_p + dE/dp", "mu*v_p + eta*dE/dp")
two_ways("velocity", "rate and μ exchanged", "eta*v_p + mu*dE/dp", "v_p + mu*dE/dp")
two_ways("velocity", "1 − μ for μ", "(1 - mu)*v_p + eta*dE/dp", "(1 - mu)*v_p + dE/dp")
two_ways("velocity", "the gradient is left out", "mu*v_p", "mu*v_p")
two_ways("velocity", "μ squared", "mu^2*v_p + eta*dE/dp", "mu^2*v_p + dE/dp")
two_ways("velocity", "the parameter for the velocity", "mu*p + eta*dE/dp", "mu*p + dE/dp")
two_ways("momentum update", "plus for minus", "p + v_p_new", "p + eta*v_p_new")
two_ways("momentum update", "the rate again, or forgotten", "p - eta*v_p_new", "p - v_p_new")
two_ways("momentum update", "the old velocity", "p - v_p", "p - eta*v_p")
two_ways("momentum update", "the gradient alone", "p - eta*dE/dp", "p - eta*dE/dp")
two_ways("momentum update", "μ again", "p - mu*v_p_new", "p - eta*mu*v_p_new")
two_ways("momentum update", "the step alone", "-v_p_new", "-eta*v_p_new")
two_ways("momentum update", "velocity and gradient", "p - v_p_new - eta*dE/dp", "p - eta*v_p_new - eta*dE/dp")

say(
    "adam m",
    the_old_m_is_left_out="(1 - beta1)*dE/dp",
    one_minus_beta_for_beta="(1 - beta1)*m_p + beta1*dE/dp",
    the_wrong_beta="beta2*m_p + (1 - beta2)*dE/dp",
    the_gradient_squared="beta1*m_p + (1 - beta1)*(dE/dp)^2",
    without_one_minus_beta="beta1*m_p + dE/dp",
    minus="beta1*m_p - (1 - beta1)*dE/dp",
    v_for_m="beta1*v_p + (1 - beta1)*dE/dp",
    the_gradient_itself="dE/dp",
    learning_rate_in_it="beta1*m_p + eta*dE/dp",
)
say(
    "adam v",
    the_old_v_is_left_out="(1 - beta2)*(dE/dp)^2",
    not_squared="beta2*v_p + (1 - beta2)*dE/dp",
    one_minus_beta_for_beta="(1 - beta2)*v_p + beta2*(dE/dp)^2",
    the_wrong_beta="beta1*v_p + (1 - beta1)*(dE/dp)^2",
    without_one_minus_beta="beta2*v_p + (dE/dp)^2",
    factor_squared_too="beta2*v_p + ((1 - beta2)*dE/dp)^2",
    m_for_the_gradient="beta2*v_p + (1 - beta2)*m_p_new^2",
    twice_for_squared="beta2*v_p + (1 - beta2)*2*dE/dp",
    the_square_itself="(dE/dp)^2",
)
say(
    "adam mhat",
    no_correction="m_p_new",
    the_wrong_beta="m_p_new/(1 - beta2^t)",
    the_first_step_always="m_p_new/(1 - beta1)",
    times_for_over="m_p_new*(1 - beta1^t)",
    beta_alone="m_p_new/beta1^t",
    t_times_beta="m_p_new/(1 - beta1*t)",
    one_minus_beta_to_the_t="m_p_new/(1 - beta1)^t",
    v_for_m="v_p_new/(1 - beta1^t)",
    a_plus="m_p_new/(1 + beta1^t)",
)
say(
    "adam vhat",
    no_correction="v_p_new",
    the_wrong_beta="v_p_new/(1 - beta1^t)",
    the_first_step_always="v_p_new/(1 - beta2)",
    times_for_over="v_p_new*(1 - beta2^t)",
    m_for_v="m_p_new/(1 - beta2^t)",
    squared="(v_p_new/(1 - beta2^t))^2",
    one_minus_beta_to_the_t="v_p_new/(1 - beta2)^t",
)
say(
    "adam update",
    no_root="p - eta*mhat_p/(vhat_p + epsilon)",
    plus_for_minus="p + eta*mhat_p/(sqrt(vhat_p) + epsilon)",
    no_correction="p - eta*m_p_new/(sqrt(v_p_new) + epsilon)",
    m_not_corrected="p - eta*m_p_new/(sqrt(vhat_p) + epsilon)",
    v_not_corrected="p - eta*mhat_p/(sqrt(v_p_new) + epsilon)",
    m_and_v_exchanged="p - eta*vhat_p/(sqrt(mhat_p^2)^(1/2) + epsilon)",
    the_rate_is_forgotten="p - mhat_p/(sqrt(vhat_p) + epsilon)",
    times_for_over="p - eta*mhat_p*sqrt(vhat_p)",
    without_v="p - eta*mhat_p",
    the_gradient_for_m="p - eta*dE/dp/(sqrt(vhat_p) + epsilon)",
    the_step_alone="eta*mhat_p/(sqrt(vhat_p) + epsilon)",
    plain_descent="p - eta*dE/dp",
    the_square="p - eta*mhat_p/vhat_p^2",
)

# ------------------------------------------------------------------------------------------------ graphs

say("graph sum", times="p*z", minus="p - z", first_only="p + 0*z", twice="2*(p + z)")
say("graph sigmoid", copied="q", sign="1/(1 + e^q)", tanh="tanh(q)", no_one="e^q", reciprocal="1 + e^(-q)")
say(
    "graph slope",
    of_the_net="q*(1 - q)",
    one_minus_r="1 - r",
    r_alone="r",
    plus="r*(1 + r)",
    tanh="1 - r^2",
    sign="-r*(1 - r)",
    squared="(r*(1 - r))^2",
    sigmoid_of_it="sigmoid(r)*(1 - sigmoid(r))",
)
say("graph local r", the_own_factor="r", one="1 + 0*p", the_value_f="f", sign="-p")
say("graph local p", the_own_factor="p", one="1 + 0*r", the_value_f="f", sign="-r")
say(
    "graph chain q",
    the_slope_alone="dr/dq",
    the_gradient_alone="df/dr",
    added="df/dr + dr/dq",
    sign="-df/dr*dr/dq",
    divided="df/dr/(dr/dq)",
    local_of_p="r*dr/dq",
    slope_twice="df/dr*dr/dq*dr/dq",
)
say(
    "graph paths",
    the_long_path_only="df/dq*dq/dp",
    the_short_path_only="local df/dp",
    multiplied="df/dq*local df/dp",
    subtracted="df/dq*dq/dp - local df/dp",
    long_path_without_slope="df/dr*dq/dp + local df/dp",
    mean="(df/dq*dq/dp + local df/dp)/2",
    short_path_of_r="df/dq*dq/dp + p",
    short_path_twice="df/dq*dq/dp + 2*local df/dp",
    local_slope_alone="dr/dq*dq/dp + local df/dp",
)
say("graph local x", the_own_factor="x", one="1 + 0*y", product="p", sum="x + y")
say("graph local y", the_own_factor="y", one="1 + 0*x", product="p")
say(
    "graph chain x",
    upstream_left_out="dp/dx",
    local_left_out="df/dp",
    the_other_local="df/dp*x",
    the_short_path_only="local df/dp*dp/dx",
    the_long_path_only="df/dq*dp/dx",
    sign="-df/dp*dp/dx",
    added="df/dp + dp/dx",
    times_its_value="df/dp*dp/dx*x",
    upstream_of_r="df/dr*dp/dx",
)
say(
    "graph chain y",
    upstream_left_out="dp/dy",
    local_left_out="df/dp",
    the_other_local="df/dp*y",
    the_short_path_only="local df/dp*dp/dy",
    the_long_path_only="df/dq*dp/dy",
    value_of_f="f*dp/dy",
)
say(
    "graph chain z",
    the_gradient_of_p="df/dp*dq/dz",
    one="dq/dz",
    times_z="df/dq*dq/dz*z",
    sign="-df/dq*dq/dz",
    the_gradient_of_r="df/dr*dq/dz",
    slope="dr/dq*dq/dz",
)

# ------------------------------------------------------------------------------------------------ recurrent units


def through_time(lines: str, name: str, text: Callable[[int], str | None]) -> None:
    KINDS.append(Kind(f"{lines}: {name}", (lines,), lambda role, _: text(role.index)))


through_time("recurrent net", "the recurrent part is left out", lambda s: f"w*x{s} + b" if s > 1 else None)
through_time("recurrent net", "the input is left out", lambda s: f"u*out_h{s - 1} + b" if s > 1 else None)
through_time(
    "recurrent net", "the net input before for the output", lambda s: f"w*x{s} + u*net_h{s - 1} + b" if s > 1 else None
)
through_time("recurrent net", "w for u", lambda s: f"w*x{s} + w*out_h{s - 1} + b" if s > 1 else None)
through_time("recurrent net", "u and w exchanged", lambda s: f"u*x{s} + w*out_h{s - 1} + b" if s > 1 else f"u*x{s} + b")
through_time("recurrent net", "the input of the first step", lambda s: f"w*x1 + u*out_h{s - 1} + b" if s > 1 else None)
through_time("recurrent net", "the state of an earlier step", lambda s: "w*x3 + u*out_h1 + b" if s == 3 else None)
through_time("recurrent net", "the bias is left out", lambda s: f"w*x{s}" + (f" + u*out_h{s - 1}" if s > 1 else ""))
through_time("recurrent net", "the input before for the state", lambda s: f"w*x{s} + u*x{s - 1} + b" if s > 1 else None)
through_time("recurrent net", "u is left out", lambda s: f"w*x{s} + out_h{s - 1} + b" if s > 1 else None)
through_time("recurrent out", "copied", lambda s: f"net_h{s}")
through_time("recurrent out", "sigmoid for tanh", lambda s: f"sigmoid(net_h{s})")
through_time("recurrent out", "the net input of another step", lambda s: f"tanh(net_h{s - 1})" if s > 1 else None)
through_time("readout", "the bias is left out", lambda s: "v*out_h3")
through_time("readout", "the state of the step before", lambda s: "v*out_h2 + c")
through_time("readout", "all states", lambda s: "v*(out_h1 + out_h2 + out_h3) + c")
through_time("readout", "the net input for the state", lambda s: "v*net_h3 + c")
through_time("readout", "the recurrent weight", lambda s: "u*out_h3 + c")
through_time("plain loss", "no half", lambda s: "(t_y - out_y)^2")
through_time("plain loss", "not squared", lambda s: "1/2*(t_y - out_y)")
through_time("plain loss", "the state for the output", lambda s: "1/2*(t_y - out_h3)^2")
through_time("plain delta", "a 2 too much", lambda s: "2*(out_y - t_y)")
through_time("plain delta", "a slope of tanh", lambda s: "(out_y - t_y)*(1 - out_y^2)")
through_time("plain delta", "output plus target", lambda s: "out_y + t_y")


def back(s: int) -> str:
    return "delta_y*v" if s == 3 else f"delta_h{s + 1}*u"


through_time("recurrent delta", "the slope is left out", back)
through_time(
    "recurrent delta", "the slope of the step after", lambda s: f"{back(s)}*(1 - out_h{s + 1}^2)" if s < 3 else None
)
through_time("recurrent delta", "1 − h for the slope", lambda s: f"{back(s)}*(1 - out_h{s})")
through_time("recurrent delta", "h(1 − h) for the slope", lambda s: f"{back(s)}*out_h{s}*(1 - out_h{s})")
through_time("recurrent delta", "the slope of the net input", lambda s: f"{back(s)}*(1 - net_h{s}^2)")
through_time("recurrent delta", "u is left out", lambda s: f"delta_h{s + 1}*(1 - out_h{s}^2)" if s < 3 else None)
through_time("recurrent delta", "w for u", lambda s: f"delta_h{s + 1}*w*(1 - out_h{s}^2)" if s < 3 else None)
through_time("recurrent delta", "straight from the output", lambda s: f"delta_y*v*(1 - out_h{s}^2)" if s < 3 else None)
through_time(
    "recurrent delta",
    "u for v, v for u",
    lambda s: f"{'delta_y*u' if s == 3 else f'delta_h{s + 1}*v'}*(1 - out_h{s}^2)",
)
through_time("recurrent delta", "a plus in the slope", lambda s: f"{back(s)}*(1 + out_h{s}^2)")
through_time("recurrent delta", "the slope twice", lambda s: f"{back(s)}*(1 - out_h{s}^2)^2")
through_time("readout gradient", "the state before", lambda s: "delta_y*out_h2")
through_time("readout gradient", "times v", lambda s: "delta_y*v")
through_time("readout gradient", "the δ of the state", lambda s: "delta_h3*out_h3")
through_time("readout gradient", "the net input", lambda s: "delta_y*net_h3")
through_time("shared w", "the last step only", lambda s: "delta_h3*x3")
through_time("shared w", "the first step only", lambda s: "delta_h1*x1")
through_time("shared w", "the first step is left out", lambda s: "delta_h2*x2 + delta_h3*x3")
through_time("shared w", "the mean over the steps", lambda s: "(delta_h1*x1 + delta_h2*x2 + delta_h3*x3)/3")
through_time("shared w", "states for inputs", lambda s: "delta_h1*out_h1 + delta_h2*out_h2 + delta_h3*out_h3")
through_time("shared w", "the inputs in the other order", lambda s: "delta_h1*x3 + delta_h2*x2 + delta_h3*x1")
through_time("shared w", "the same input always", lambda s: "(delta_h1 + delta_h2 + delta_h3)*x3")
through_time("shared w", "sum times sum", lambda s: "(delta_h1 + delta_h2 + delta_h3)*(x1 + x2 + x3)")
through_time("shared w", "the δ of the last step always", lambda s: "delta_h3*(x1 + x2 + x3)")
through_time("shared u", "the last step only", lambda s: "delta_h3*out_h2")
through_time("shared u", "the own state", lambda s: "delta_h2*out_h2 + delta_h3*out_h3")
through_time("shared u", "inputs for states", lambda s: "delta_h2*x2 + delta_h3*x3")
through_time("shared u", "shifted the other way", lambda s: "delta_h1*out_h2 + delta_h2*out_h3")
through_time("shared u", "the net inputs", lambda s: "delta_h2*net_h1 + delta_h3*net_h2")
through_time("shared b", "the last step only", lambda s: "delta_h3")
through_time("shared b", "the mean over the steps", lambda s: "(delta_h1 + delta_h2 + delta_h3)/3")
through_time("shared b", "the first step is left out", lambda s: "delta_h2 + delta_h3")

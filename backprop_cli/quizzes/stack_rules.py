"""The rules of `check` in Maxima, in their order: `bp_verdict` marks one answer, and stands once in a question.

Maxima keeps no zeros at the end of a number. Where they decide, the tree asks STACK itself how many figures there are.
"""

RULES = """\
/* the last digit that a number is written with; zeros at its end are none */
bp_whole(x):=is(abs(x-round(x))<=1.0e-9*max(1,abs(x)));
bp_last(x,d):=if is(d>14) or bp_whole(x*10.0^d) then 10.0^(-d) else bp_last(x,d+1);
/* the same if there are zeros: z = 0 none, 1 down to the digit u, 2 beyond it (u = 0: no digit is asked for) */
bp_end(a,u,z):=if is(z=0) or is(u=0) then bp_last(a,0) else min(bp_last(a,0),if is(z=1) then u else u/10);
bp_size(x):=floor(log(abs(float(x)))/log(10.0)+1.0e-12);
/* one unit of the last of so many significant figures */
bp_figure(x,k):=block([m], if is(abs(x)<1.0e-90) then return(0.0), m:10.0^(bp_size(x)-k+1), \
if is(abs(x)+m/2>=10.0^(bp_size(x)+1)) then 10*m else m);
/* an answer as later lines use it (t, the right one, where it is blank), and how uncertain it is (u: a unit) */
bp_own(a,t):=if is(a=EMPTYANSWER) then t else max(-1.0e30,min(1.0e30,float(a)));
bp_half(a,t,u,p,o):=block([l,q], if is(a=EMPTYANSWER) then return(0), l:bp_last(float(a),0), \
q:bp_at(float(a),t,u,p,o), if is(abs(float(a)-t)<=1.0e-12*max(1.0e-6,abs(t))) then 0 elseif is(l>10*q) or \
(is(l>q) and is(abs(float(a)-t)<=q/2)) then q/2 else l/2);
/* whether an answer has as many digits as are asked for */
bp_fine(a,t,u,p,o):=if is(a=EMPTYANSWER) then true else is(abs(float(a)-t)<=u/2) or \
is(bp_last(float(a),0)<=bp_at(float(a),t,u,p,o)*(1+1.0e-9));
/* whether a is y, give or take w, and whether that says anything; e: what rounding on the way may come to; */
/* f: whether fewer digits will do, as all that it comes from has them, or the right value has no more itself */
bp_meets(a,y,w,e,u,o,f,z):=block([l,s], l:bp_end(a,u,z), \
if is(abs(a-y)<=u/2*(1+1.0e-9)+1.0e-12*abs(y)) and (f or is(l<=u*(1+1.0e-9)) or is(abs(y)<=1.0e-9*u) or \
(is(l<=100*u*(1+1.0e-9)) and is(abs(a)>=10*l))) then return(true), if is(l>u*(1+1.0e-9)) then return(false), \
s:if numberp(o) then abs(y-o) else abs(y), if is(abs(a-y)<=w+u/2) and (is(w<=200*u) or is(w<=0.4*s)) then \
return(true), if numberp(o) and is(abs(a-o)<=1.0e-12*abs(o)) then false else bp_carried(a,y,w,e,u,o,s,l,1));
/* whether a is one of the numbers h that right work comes out as where what is on the way is rounded */
bp_among(a,h,k):=if is(k>length(h)) then false elseif is(abs(a-h[k])<1.0e-12*abs(h[k])) then true \
else bp_among(a,h,k+1);
/* whether a is the old value o and a step that was rounded as a is */
bp_stepped(a,y,o,u,z):=block([l,s], l:bp_end(a,u,z), if is(l>u*(1+1.0e-9)) then return(false), \
s:round((y-o)/l), is(abs(s)>0) and is(abs(a-o-l*s)<=1.0e-6*l));
/* as bp_meets, for rounding on the way from the k-th of e on, in a number with the last digit l; of an update, */
/* a movement as large as half of the step s says nothing */
bp_carried(a,y,w,e,u,o,s,l,k):=block([x], if is(k>length(e)) then return(false), x:w+e[k]*l/u, \
if is(abs(a-y)<=x+l/2*(1+1.0e-9)) and (is(x<=u) or is(x<=0.02*abs(y))) and (is(x<=200*u) or is(x<=0.4*s)) and \
(not numberp(o) or is(x<=s/2)) then true else bp_carried(a,y,w,e,u,o,s,l,k+1));
/* one unit at y of the last digit asked for: of p figures, of so many places (p = 0), or of what a 0 is measured by */
/* (and so is what is left of terms that cancel); of a new value (o: the old one) also the first figure of its step */
bp_at(y,t,u,p,o):=block([m], if (is(p=0) and is(u>0)) or is(abs(y)<=1.0e-9*u) then return(u), \
m:bp_figure(y,if is(abs(t)<1.0e-90) then max(p,3) else p), \
if numberp(o) and is(abs(y-o)>1.0e-12*abs(y)) then m:min(m,bp_figure(y-o,1)), \
if is(abs(t)<1.0e-90) then max(u,m) else m);
/* the first mistake from k on that gives a */
bp_first(a,y,w,t,u,p,o,k):=block([q], if is(k>length(y)) then return(0), q:bp_at(y[k],t,u,p,o), \
if is(abs(a-y[k])<=q/2*(1+1.0e-9)+min(w[k],10*q)) then k else bp_first(a,y,w,t,u,p,o,k+1));
/* the mistakes s leave nothing but the other sign: then it is a slip */
bp_slips(y,t,u,s):=makelist(if member(k,s) and is(abs(y[k]+t)<=u/2) then 1.0e90 else y[k],k,1,length(y));
/* how many figures a has down to the digit u, and without zeros at its end */
bp_count(a,u):=if is(a=EMPTYANSWER) or is(u=0) or is(abs(float(a))<u) then 1 else \
max(1,bp_size(float(a))-round(float(log(u)/log(10.0)))+1);
bp_shown(a):=if is(a=EMPTYANSWER) then 1 else bp_count(a,bp_last(float(a),0));
bp_beside(a,t,l):=not bp_whole(t/l) and is(abs(round(a/l)-round(t/l))=1);
bp_shifted(a,t,u,k):=if is(k>3) then false elseif is(abs(a*10.0^k-t)<=u/2) or is(abs(a/10.0^k-t)<=u/2) then true \
else bp_shifted(a,t,u,k+1);
/* whether y lies within a, which has too few digits; and how few they are */
bp_covers(a,y,w,u,l,o):=is(l>u*(1+1.0e-9)) and is(abs(a-y)<=w+l/2*(1+1.0e-9)) and (is(w<=200*u) or \
is(w<=0.4*(if numberp(o) then abs(y-o) else abs(y))));
bp_short(a,l,u):=if is(abs(a)>=10*l) then (if is(l<=100*u*(1+1.0e-9)) then -1 else -2) \
elseif is(l<=1000*u*(1+1.0e-9)) then -7 else -2;
/* 0 blank, 1 right, 2 follows, -1 too few digits, -2 too few to tell, -3 last digit, -4 sign, -5 point, -6 wrong, */
/* -7 one figure, or one and a 0, -8 the old value; else 2 and the number of a mistake */
/* y: by the formula, by the mistakes; w: how uncertain they are; p, o, e, h, f, z as above */
bp_verdict(a,t,u,y,w,p,o,e,h,f,z):=block([k,l,q,b], if is(a=EMPTYANSWER) then return(0), a:float(a), \
if is(abs(a-t)<=u/2*(1+1.0e-9)+1.0e-14*abs(t)) then return(1), b:is(length(y)>0), \
q:if b then bp_at(y[1],t,u,p,o) else u, if b and bp_meets(a,y[1],w[1],e,q,o,f,z) then return(2), \
if b and is(abs(y[1]-t)<=u/2) and bp_among(a,h,1) then return(2), \
if b and numberp(o) and \
bp_stepped(a,y[1],o,if is(z=0) then bp_at(a,t,u,p,o) else min(q,bp_at(a,t,u,p,o)),z) then return(2), \
l:bp_end(a,u,z), if not (numberp(o) and is(abs(a-o)<=1.0e-12*abs(o))) then \
(if bp_covers(a,t,0,u,l,false) then return(bp_short(a,l,u)), \
if b and bp_covers(a,y[1],w[1],q,l,o) then return(bp_short(a,l,q))), \
k:bp_first(a,y,0*w,t,u,p,o,2), if is(k=0) then k:bp_first(a,y,w,t,u,p,o,2), if is(k>0) then return(k+1), \
if numberp(o) and is(abs(a-o)<=1.0e-12*abs(o)) then return(-8), \
if is(l<=u*(1+1.0e-9)) and (bp_beside(a,t,l) or (b and bp_beside(a,y[1],l))) then return(-3), \
if is(abs(a)>0) and (is(abs(a+t)<=u/2*(1+1.0e-9)) or (b and bp_meets(-a,y[1],w[1],[],q,o,f,z))) then \
return(-4), if is(abs(a)>0) and bp_shifted(a,t,u,1) then return(-5), -6);
"""
BLANK, RIGHT, FOLLOWS = 0, 1, 2
TOO_FEW, VAGUE, LAST, SIGN, POINT, ONE_FIGURE, KEPT = -1, -2, -3, -4, -5, -7, -8
SHORT = [TOO_FEW, VAGUE, ONE_FIGURE]
PERHAPS, SAME = -9, -10  # follows if no zeros stand at the end; zeros make no difference
FIRST_MISTAKE = 3  # which is 2 and its number

"""I give the probabilities a significance test needs, to about 14 digits, without scipy.

Incomplete beta: continued fraction (modified Lentz) with Loader's saddle-point prefactor ("Fast and accurate
computation of binomial probabilities", 2000), so that large counts lose no digits. Incomplete gamma: series or
continued fraction (Numerical Recipes 6.2).
"""

from math import erfc, exp, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist

_STANDARD = NormalDist()
_TINY = 1e-300


def normal_cdf(z: float) -> float:
    return 0.5 * erfc(-z / sqrt(2))


def normal_quantile(probability: float) -> float:
    return _STANDARD.inv_cdf(probability)


def normal_density(z: float) -> float:
    return exp(-z * z / 2) / sqrt(2 * pi)


def student_two_sided(t: float, freedom: float) -> float:
    """P(|T| >= |t|) with `freedom` degrees of freedom."""
    x = freedom / (freedom + t * t)
    return incomplete_beta(freedom / 2, 0.5, x, t * t / (freedom + t * t))


def binomial_at_least(successes: int, trials: int, probability: float) -> float:
    """P(X >= successes)."""
    if successes <= 0:
        return 1.0
    return incomplete_beta(successes, trials - successes + 1, probability, 1 - probability)


def chi_square_above(value: float, freedom: float) -> float:
    """P(X >= value) with `freedom` degrees of freedom."""
    return 1.0 if value <= 0 else _upper_gamma(freedom / 2, value / 2)


def incomplete_beta(a: float, b: float, x: float, rest: float) -> float:
    """Regularised I_x(a, b); `rest` = 1 - x, given apart so that it keeps its digits."""
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_tail(b, a, rest, x)
    return _beta_tail(a, b, x, rest)


def _beta_tail(a: float, b: float, x: float, rest: float) -> float:
    return _binomial_density(a, a + b, x, rest) * b / (a + b) * _beta_fraction(a, b, x)


def _beta_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    h, m = d, 0
    while m < 10_000:
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d, c = 1 + step * d, 1 + step / c
            d, c = 1 / (d if abs(d) > _TINY else _TINY), (c if abs(c) > _TINY else _TINY)
            h *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return h


def _away(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _binomial_density(k: float, n: float, p: float, q: float) -> float:
    excess = _stirling(n) - _stirling(k) - _stirling(n - k) - _deviance(k, n * p) - _deviance(n - k, n * q)
    return exp(excess - 0.5 * (log(2 * pi) + log(k) + log1p(-k / n)))


def _stirling(z: float) -> float:
    """ln Γ(z+1) minus Stirling's leading terms."""
    if z <= 15:
        return lgamma(z + 1) - (z + 0.5) * log(z) + z - 0.5 * log(2 * pi)
    w = 1 / (z * z)
    return (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w / 1188)))) / z


def _deviance(x: float, expected: float) -> float:
    """x ln(x/expected) + expected - x without cancellation."""
    if abs(x - expected) >= 0.1 * (x + expected):
        return x * log(x / expected) + expected - x
    v = (x - expected) / (x + expected)
    total, term, j = (x - expected) * v, 2 * x * v, 1
    while True:
        term *= v * v
        grown = total + term / (2 * j + 1)
        if grown == total:
            return total
        total, j = grown, j + 1


def _upper_gamma(a: float, x: float) -> float:
    """Regularised Q(a, x)."""
    front = exp(a * log(x) - x - lgamma(a))
    if x >= a + 1:
        return front * _gamma_fraction(a, x)
    term = total = 1 / a
    n = a
    while term > total * 1e-17:
        n += 1
        term *= x / n
        total += term
    return 1 - front * total


def _gamma_fraction(a: float, x: float) -> float:
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    h = d
    for i in range(1, 10_000):
        step = -i * (i - a)
        b += 2
        d, c = 1 / _away(step * d + b), _away(b + step / c)
        h *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return h

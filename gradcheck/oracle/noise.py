"""How much the computed `forward` jitters: noise measured by difference tables of equally spaced values.

J. Moré and S. Wild, Estimating Computational Noise, SIAM J. Sci. Comput. 33(3), 2011. High differences of a smooth
function vanish with the spacing, while those of noise do not: k-th differences of white noise of standard deviation
sigma have the variance (2k)!/(k!)^2 sigma^2.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.grids import BORDERS, CLASSES, POINTS, drawn_grids
from gradcheck.oracle.single_precision import SINGLE_EPS, SINGLE_TINY, is_single, varies_in_single

Array = NDArray[Any]
DEPTH = 6  # the order of the highest differences
# Of the mean square of k-th differences, the share that makes it the variance of white noise.
GAMMA = [math.factorial(k) ** 2 / math.factorial(2 * k) for k in range(1, DEPTH + 1)]
ROUNDING = 3e-7  # of the output: noise beyond that is more than rounding on the way, in float32, leaves
MANY = 1e4  # roundings, of the largest numbers in sight, that a computation may add up to
CALM = 64.0  # how many times quieter the function is elsewhere, for noise to be a feature
ALL_NOISE = 0.05  # of an output and its spread: noise, rounding or not, beyond which no step shows anything
DOUBLE = float(np.finfo(np.float64).eps)  # of a part that computes in float64 whatever it is given


@dataclass(frozen=True, eq=False, repr=False)
class Noise:
    """The noise of a forward around a point.

    Parameters
    ----------
    f0 : ndarray, shape (m,)
        The output at the point, computed in the same call as its neighbours.
    sigma : ndarray, shape (6, m)
        Standard deviation of the noise at growing distances from the point.
    relative : float
        Noise over output size, the median of what was measured.
    smallest : float
        The spacing of subnormal numbers where the forward computes.
    spread : ndarray, shape (m,)
        The largest change of each output met around the point.
    """

    f0: Array
    sigma: Array
    relative: float
    smallest: float
    spread: Array

    @property
    def internal_size(self) -> Array:
        """The size of the numbers that meet on the way to each output, as their rounding shows it; shape (m,)."""
        unit = max(float(np.finfo(self.f0.dtype).eps), self.relative)
        size: Array = self.sigma.max(axis=0) / unit
        return size

    def of(self, outputs: Array | slice) -> Noise:
        """The noise of some outputs, in the order of their indices."""
        f0, sigma, spread = self.f0[outputs], self.sigma[:, outputs], self.spread[outputs]
        return Noise(f0, sigma, self.relative, self.smallest, spread)

    def raised(self, rows: Array, jump: Array, first: int = 0) -> Noise:
        """The same with noise of at least `jump`, shape (len(rows),), in some outputs from a class of distances on."""
        sigma = self.sigma.copy()
        sigma[first:, rows] = np.maximum(sigma[first:, rows], jump)
        return replace(self, sigma=sigma)

    def good_to(self, accuracy: float) -> Noise:
        """The same where outputs are good to a relative error only."""
        return replace(self, relative=max(self.relative, accuracy))

    def at(self, steps: Array, size: Array) -> Array:
        """The noise of an output at a distance.

        Parameters
        ----------
        steps : ndarray, shape (k,)
            Distances in length scales.
        size : ndarray, shape (k, ..., m)
            Size of the outputs met at that distance.

        Returns
        -------
        ndarray, shape (k, ..., m)
        """
        sigma = self.sigma[BORDERS.searchsorted(np.asarray(steps, dtype=float), side="right")]
        eps = np.finfo(self.f0.dtype).eps
        near = np.maximum(sigma, eps * np.abs(self.f0)).reshape(len(steps), *(1,) * (size.ndim - 2), -1)
        noise: Array = np.maximum(near, self.relative * size) + 4 * self.smallest
        return noise


def measure(forward: Forward, scale: Array, rng: np.random.Generator) -> Noise:
    """The noise of `forward` around its point, from about 200 evaluations whatever its size.

    Parameters
    ----------
    forward : Forward
    scale : ndarray, shape (n,)
        Length scale of each entry.
    rng : numpy.random.Generator
    """
    classes, fine, displacements = drawn_grids(forward, scale, rng)
    x, eps = forward.x, float(np.finfo(forward.x.dtype).eps)
    rows = (x + displacements).reshape(-1, x.size)
    values = forward(np.concatenate([x[None], rows]))
    f0, values = values[0], values[1:].reshape(len(classes), POINTS, -1).swapaxes(0, 1).copy()
    size = np.abs(values).max(axis=0)
    levels = _levels(values, size)
    accepted, sigma = _by_grid(values, levels, size, fine)
    curved = _curves(displacements / scale, classes == 0, levels, sigma)
    internal = np.where(curved, np.maximum(size, 1), forward.numbers_on_the_way(size))
    feature = _features(classes, fine, levels, sigma, size, MANY * max(eps, DOUBLE) * internal)
    relative = _relative(sigma, size, accepted & ~feature, eps)
    single = varies_in_single(values[:, classes == 0])
    if is_single(values):
        relative = max(relative, SINGLE_EPS)
    by_class = _by_class(np.where(feature & (classes == 0)[:, None], 1, classes[:, None]), sigma)
    smallest = float(np.finfo(x.dtype).smallest_subnormal)
    if single.any():
        by_class = np.maximum(by_class, np.where(single, SINGLE_EPS * np.nanmax(size, axis=0, initial=0), 0))
        smallest = SINGLE_TINY
    change = np.abs(values - f0)
    spread = np.where(np.isfinite(change), change, 0).max(axis=(0, 1))
    return Noise(f0, np.maximum.accumulate(by_class, axis=0), relative, smallest, spread)


def middle(values: Array) -> Any:
    """The median, the larger of two; numpy's own loads its masked arrays."""
    return np.partition(values, values.size // 2, axis=None)[values.size // 2]


def _levels(values: Array, size: Array) -> Array:
    """Noise that each order of differences implies, from values and the largest of each grid: (DEPTH, g, m)."""
    table = values / np.where(size > 0, size, 1)  # so that no square leaves the range of the dtype
    squares = np.empty((DEPTH, *size.shape), values.dtype)
    for k, gamma in enumerate(GAMMA):
        table = table[1:] - table[:-1]
        squares[k] = gamma * ((table * table).sum(axis=0) / len(table))
    found: Array = np.sqrt(squares) * size
    return found


def _accept(values: Array, levels: Array, size: Array) -> tuple[Array, Array]:
    """Where three successive orders agree within a factor 4, the differences change sign and are small: the noise."""
    accepted = np.zeros(size.shape, dtype=bool)
    sigma = np.zeros_like(size)
    tops = np.maximum(np.maximum(levels[1:-2], levels[2:-1]), levels[3:])
    bottoms = np.minimum(np.minimum(levels[1:-2], levels[2:-1]), levels[3:])
    alike = (levels[1] <= 0.1 * size) & (tops <= 4 * bottoms) & (tops > 0)
    table = values[1:] - values[:-1]
    for top, three in zip(tops, alike, strict=True):
        table = table[1:] - table[:-1]
        new = three & ~accepted & (table > 0).any(axis=0) & (table < 0).any(axis=0)
        sigma[new] = top[new]
        accepted |= new
    return accepted, sigma


def _by_grid(values: Array, levels: Array, size: Array, fine: Array) -> tuple[Array, Array]:
    """Where noise was told on a grid, and how much there is, on the finest grids at least that of the last order."""
    accepted, sigma = _accept(values, levels, size)
    sigma = np.where(accepted, sigma, 0)
    sigma[fine] = np.maximum(sigma[fine], levels[-1, fine])
    return accepted, np.where(np.isfinite(sigma), sigma, 0)


def _by_class(place: Array, sigma: Array) -> Array:
    """The noise in force at each distance, the second largest of its grids: (g, m), (g, m) -> (6, m)."""
    own = np.where(place == np.arange(CLASSES)[:, None, None], sigma, 0)
    own.partition(-2, axis=1)
    return own[:, -2]


def _features(classes: Array, fine: Array, levels: Array, sigma: Array, size: Array, rounding: Array) -> Array:
    """What looks like noise but is a feature of the function, such as steps, kinks or an aliased period: (g, m).

    It is more than rounding, and beside the point the function is far quieter: on grids over which it moves smoothly,
    or, where the noise is more than even float32 on the way leaves, on the finest ones. Mere rounding is no feature,
    though a grid that lies between two of its jumps looks smooth.
    """
    near = classes == 0
    first, last = levels[0, near], levels[-1, near]
    calm = np.where(first > CALM * last, last, np.inf).min(axis=0)
    grown = np.maximum(size / size[near].max(axis=0), 1)
    finest = sigma[near & fine].max(axis=0)
    loud = (sigma > ROUNDING * size) & (finest < sigma / CALM)
    found: Array = ~fine[:, None] & (sigma > rounding) & (loud | (sigma > CALM * calm * grown))
    return found


def _curves(places: Array, near: Array, levels: Array, sigma: Array) -> Array:
    """Where the function, as it curves beside the point, varies by as much as looks like noise: (g, m).

    Second differences grow with the square of the spacing. Those of a tread have nothing to do with its jumps; those of
    a period that coarser grids alias reach its height.
    """
    spacing = np.abs(places[:, 1] - places[:, 0]).max(axis=1)
    told = near[:, None] & (levels[1] > CALM * levels[-1])
    square = spacing[:, None] ** 2
    curvature = np.where(told, levels[1] / square, 0).max(axis=0)
    explained: Array = (sigma > 0) & (curvature * square >= sigma)
    return explained


def _relative(sigma: Array, size: Array, accepted: Array, eps: float) -> float:
    told = accepted & (size > 0) & np.isfinite(size)
    if not told.any():
        return eps
    return min(max(float(middle(sigma[told] / size[told])), eps), 1e-6)

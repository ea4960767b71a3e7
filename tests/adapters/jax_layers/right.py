"""Functions of jax with a derivative of their own, all right."""

from functools import partial

import jax
import jax.numpy as jnp

import gradcheck

TENTH = jnp.asarray(0.1)  # a number that float32 does not hold


@jax.custom_vjp
def swish(x):
    return x * jax.nn.sigmoid(x)


def swish_bwd(x, v):
    s = jax.nn.sigmoid(x)
    return (v * s * (1 + x * (1 - s)),)


swish.defvjp(lambda x: (swish(x), x), swish_bwd)


@jax.custom_jvp
def leaky(x):
    return jnp.where(x > 0, x, TENTH * x)


leaky.defjvp(lambda x, t: (leaky(*x), jnp.where(x[0] > 0, 1, TENTH) * t[0]))
leaky.critical = (0.0,)


@partial(jax.custom_vjp, nondiff_argnums=(0, 2))
def power(f, x, n):
    return f(x) ** n


def power_bwd(f, n, x, v):
    return (v * n * f(x) ** (n - 1) * jax.grad(lambda x: f(x).sum())(x),)


power.defvjp(lambda f, x, n: (power(f, x, n), x), power_bwd)


@gradcheck.case
def cubed():
    return power, (jnp.negative, jnp.ones(4), 3)


@jax.custom_vjp
def embed(params, i):
    return params["w"][i] @ params["b"], i + 1


def embed_bwd(kept, v):
    params, i = kept
    w, b = params["w"], params["b"]
    return {"w": jnp.zeros_like(w).at[i].add(v[0][:, None] * b), "b": w[i].T @ v[0]}, None


embed.defvjp(lambda params, i: (embed(params, i), (params, i)), embed_bwd)


@gradcheck.case
def embedding():
    return embed, ({"w": jnp.ones((4, 3)), "b": jnp.ones(3)}, jnp.array([0, 2, 2, 1, 3, 0]))


@jax.custom_jvp
def branching(x):
    return x**2 if x.sum() > 0 else -(x**2)


branching.defjvp(lambda x, t: (branching(*x), 2 * abs(x[0]) * t[0] * jnp.sign(x[0]) * jnp.sign(x[0].sum())))

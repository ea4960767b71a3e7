"""The same with a mistake in each."""

from functools import partial

import jax
import jax.numpy as jnp

import gradcheck


@jax.custom_vjp
def swish(x):
    return x * jax.nn.sigmoid(x)


def swish_bwd(x, v):
    s = jax.nn.sigmoid(x)
    return (1.001 * v * s * (1 + x * (1 - s)),)


swish.defvjp(lambda x: (swish(x), x), swish_bwd)


@jax.custom_jvp
def leaky(x):
    return jnp.where(x > 0, x, 0.1 * x)


leaky.defjvp(lambda x, t: (leaky(*x), jnp.where(x[0] > 0, 1, 0.1001) * t[0]))


@partial(jax.custom_vjp, nondiff_argnums=(0, 2))
def power(f, x, n):
    return f(x) ** n


def power_bwd(f, n, x, v):
    return (v * f(x) ** (n - 1) * jax.grad(lambda x: f(x).sum())(x),)


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
    return {"w": jnp.zeros_like(w).at[i].set(v[0][:, None] * b), "b": w[i].T @ v[0]}, None


embed.defvjp(lambda params, i: (embed(params, i), (params, i)), embed_bwd)


@gradcheck.case
def embedding():
    return embed, ({"w": jnp.ones((4, 3)), "b": jnp.ones(3)}, jnp.array([0, 2, 2, 1, 3, 0]))


@jax.custom_vjp
def detached(x):
    return x**3


detached.defvjp(lambda x: (detached(x), x), lambda x, v: (3 * v * jax.lax.stop_gradient(x) ** 2,))

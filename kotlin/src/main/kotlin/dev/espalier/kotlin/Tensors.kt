@file:JvmSynthetic

package dev.espalier.kotlin

import dev.espalier.graph.Ops
import dev.espalier.graph.Shape
import dev.espalier.graph.Tensor
import dev.espalier.layer.CallContext

// Arithmetic with Ops as context receiver, so that layers, losses and metrics read like formulas:
// with(context.ops) { inputs[0] * factor + 1.0 }.

/** The operations: [CallContext.ops]. */
public val CallContext.ops: Ops
  get() = ops()

/** The shape: [Tensor.shape]. */
public val Tensor.shape: Shape
  get() = shape()

/** Returns the sum of two tensors: [Ops.add]. */
context(ops: Ops)
public operator fun Tensor.plus(other: Tensor): Tensor = ops.add(this, other)

/** Returns the sum of a tensor and a scalar: [Ops.add]. */
context(ops: Ops)
public operator fun Tensor.plus(other: Number): Tensor = ops.add(this, other.toDouble())

/** Returns the sum of a scalar and a tensor: [Ops.add]. */
context(ops: Ops)
public operator fun Number.plus(other: Tensor): Tensor = ops.add(other, toDouble())

/** Returns the difference of two tensors: [Ops.subtract]. */
context(ops: Ops)
public operator fun Tensor.minus(other: Tensor): Tensor = ops.subtract(this, other)

/** Returns a tensor minus a scalar: [Ops.add]. */
context(ops: Ops)
public operator fun Tensor.minus(other: Number): Tensor = ops.add(this, -other.toDouble())

/** Returns a scalar minus a tensor: [Ops.subtract]. */
context(ops: Ops)
public operator fun Number.minus(other: Tensor): Tensor =
  ops.subtract(ops.constant(toDouble()), other)

/** Returns the product of two tensors: [Ops.multiply]. */
context(ops: Ops)
public operator fun Tensor.times(other: Tensor): Tensor = ops.multiply(this, other)

/** Returns the product of a tensor and a scalar: [Ops.multiply]. */
context(ops: Ops)
public operator fun Tensor.times(other: Number): Tensor = ops.multiply(this, other.toDouble())

/** Returns the product of a scalar and a tensor: [Ops.multiply]. */
context(ops: Ops)
public operator fun Number.times(other: Tensor): Tensor = ops.multiply(other, toDouble())

/** Returns the quotient of two tensors: [Ops.divide]. */
context(ops: Ops)
public operator fun Tensor.div(other: Tensor): Tensor = ops.divide(this, other)

/** Returns a tensor divided by a scalar: [Ops.divide]. */
context(ops: Ops)
public operator fun Tensor.div(other: Number): Tensor =
  ops.divide(this, ops.constant(other.toDouble()))

/** Returns a scalar divided by a tensor: [Ops.divide]. */
context(ops: Ops)
public operator fun Number.div(other: Tensor): Tensor = ops.divide(ops.constant(toDouble()), other)

/** Returns the negation of a tensor: [Ops.negate]. */
context(ops: Ops)
public operator fun Tensor.unaryMinus(): Tensor = ops.negate(this)

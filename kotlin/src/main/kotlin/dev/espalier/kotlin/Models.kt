@file:JvmSynthetic

package dev.espalier.kotlin

import dev.espalier.graph.Shape
import dev.espalier.graph.Variable
import dev.espalier.layer.Add
import dev.espalier.layer.Layer
import dev.espalier.layer.LayerOutput
import dev.espalier.layer.Multiply
import dev.espalier.model.Model
import dev.espalier.model.ModelLayer
import dev.espalier.model.Weights

/** Connects the layer to the outputs of others, as in `Dense.of(10)(x)`: [Layer.on]. */
public operator fun Layer.invoke(vararg inputs: LayerOutput): LayerOutput = on(*inputs)

/** Returns the sum of two outputs: an [Add] layer. */
public operator fun LayerOutput.plus(other: LayerOutput): LayerOutput = Add.create().on(this, other)

/** Returns the product of two outputs: a [Multiply] layer. */
public operator fun LayerOutput.times(other: LayerOutput): LayerOutput =
  Multiply.create().on(this, other)

/** The shape, whose first axis is the batch, of unknown size: [LayerOutput.shape]. */
public val LayerOutput.shape: Shape
  get() = shape()

/** The name, such as `efficientnetb0`: [Model.name]. */
public val Model.name: String
  get() = name()

/** The only input: [Model.input]. */
public val Model.input: LayerOutput
  get() = input()

/** The only output, on which another model can be built: [Model.output]. */
public val Model.output: LayerOutput
  get() = output()

/** All variables in the order of the layers: [Model.variables]. */
public val Model.variables: List<Variable>
  get() = variables()

/** The number of elements of all variables: [Model.parameterCount]. */
public val Model.parameterCount: Long
  get() = parameterCount()

/** The number of elements of all trainable variables: [Model.trainableParameterCount]. */
public val Model.trainableParameterCount: Long
  get() = trainableParameterCount()

/** Returns the layer with a name, `outer/inner` for one inside a nested model: [Model.layer]. */
public operator fun Model.get(path: String): ModelLayer = layer(path)

/** Returns the layers of a type, including those inside nested models: [Model.allLayers]. */
public inline fun <reified L : Layer> Model.layersOfType(): List<ModelLayer> =
  allLayers().filter { it.layer is L }

/** Returns this model with all layers of a type frozen: [Model.freezeType]. */
public inline fun <reified L : Layer> Model.freezeType(): Model = freezeType(L::class.java)

/** Returns this model with all layers of a type trainable: [Model.unfreezeType]. */
public inline fun <reified L : Layer> Model.unfreezeType(): Model = unfreezeType(L::class.java)

/** Returns these weights and [others], which replace those of the same name: [Weights.with]. */
public operator fun Weights.plus(others: Weights): Weights = with(others)

/** The names in order: [Weights.names]. */
public val Weights.names: Set<String>
  get() = names()

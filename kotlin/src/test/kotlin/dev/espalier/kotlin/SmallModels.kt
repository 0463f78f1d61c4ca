package dev.espalier.kotlin

import dev.espalier.activation.Activation
import dev.espalier.data.Split
import dev.espalier.datasets.shapes.Shapes
import dev.espalier.layer.Dense
import dev.espalier.layer.Input
import dev.espalier.layer.convolution.Conv2D
import dev.espalier.layer.pooling.GlobalAveragePooling2D
import dev.espalier.layer.preprocessing.Rescaling
import dev.espalier.model.Model
import dev.espalier.model.Sequential

internal const val SIDE = 16

/** A model that learns something within seconds. */
internal fun smallModel(classes: Int = 10, last: Activation = Activation.SOFTMAX): Model =
  Sequential.of(
    Input.image(SIDE, SIDE, 3),
    Rescaling.of(1.0 / 255),
    Conv2D.of(4, 3).activation(Activation.RELU).named("conv"),
    GlobalAveragePooling2D.create(),
    Dense.of(classes).activation(last).named("pred"),
  )

internal fun shapes(split: Split = Split.TRAIN, size: Int = 40): Shapes =
  Shapes.of(split, 1).withSize(size).withImageSide(SIDE)

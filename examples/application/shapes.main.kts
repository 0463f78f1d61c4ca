@file:DependsOn("dev.espalier:espalier-kotlin:0.1.0-SNAPSHOT")
@file:DependsOn("dev.espalier:espalier-datasets:0.1.0-SNAPSHOT")
@file:DependsOn("dev.espalier:espalier-engine-tensorflow:0.1.0-SNAPSHOT")

import dev.espalier.data.Split
import dev.espalier.datasets.shapes.Shapes
import dev.espalier.kotlin.classNames
import dev.espalier.kotlin.fit
import dev.espalier.kotlin.trainer
import dev.espalier.graph.Padding
import dev.espalier.activation.Activation
import dev.espalier.layer.convolution.Conv2D
import dev.espalier.layer.Dense
import dev.espalier.layer.Flatten
import dev.espalier.layer.Input
import dev.espalier.layer.pooling.MaxPooling2D
import dev.espalier.layer.preprocessing.Rescaling
import dev.espalier.model.Sequential
import dev.espalier.optimizer.Adam
import dev.espalier.loss.Losses
import dev.espalier.metric.Metrics

val train = Shapes.of(Split.TRAIN, 1).withSize(2_000)
val validation = Shapes.of(Split.VALIDATION, 1).withSize(200)
val model =
  Sequential.of(
    Input.image(32, 32, 3),
    Rescaling.of(1 / 127.5).offset(-1.0),
    Conv2D.of(16, 3).padding(Padding.SAME).activation(Activation.RELU),
    MaxPooling2D.of(2),
    Conv2D.of(32, 3).padding(Padding.SAME).activation(Activation.RELU),
    MaxPooling2D.of(2),
    Flatten.create(),
    Dense.of(train.classNames.size).activation(Activation.SOFTMAX),
  )
val trainer =
  trainer(model) {
    optimizer(Adam.of(0.001))
    loss(Losses.categoricalCrossentropy())
    metrics(Metrics.accuracy())
  }

trainer.use {
  val history = it.fit(train, epochs = 5) { validation(validation) }
  println("validation accuracy: ${history.last("val_accuracy")}")
}

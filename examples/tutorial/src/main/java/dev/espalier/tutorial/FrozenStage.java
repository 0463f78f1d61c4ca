package dev.espalier.tutorial;

import dev.espalier.activation.Activation;
import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.cifar.Cifar100;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Sgd;
import dev.espalier.tutorial.StageTraining.Trained;
import java.nio.file.Path;

/** The second stage of the tutorial: a new head on the frozen base. */
public final class FrozenStage {
  private static final int EPOCHS = 25;

  private FrozenStage() {}

  /**
   * Takes the weight file {@code efficientnetb0_notop.h5}, the folder of CIFAR-100, and the model
   * file to write, which {@link UnfrozenStage} reads.
   */
  public static void main(String[] arguments) {
    Path data = Path.of(arguments[1]);
    Trained trained =
        train(
            StageTraining.base(Path.of(arguments[0])),
            Cifar100.open(data, Split.TRAIN),
            Cifar100.open(data, Split.TEST),
            EPOCHS);
    StageTraining.save(Path.of(arguments[2]), trained);
  }

  static Trained train(Model base, Dataset train, Dataset test, int epochs) {
    Model model =
        Graft.onto(base)
            .frozen()
            .globalAveragePooling()
            .batchNormalization()
            .dropout(0.2)
            .dense(train.classNames().size(), Activation.SOFTMAX)
            .build();
    return StageTraining.train(
        model, Sgd.of(0.2).momentum(0.1).nesterov(), plateau(), train, test, epochs);
  }

  static ReduceLROnPlateau plateau() {
    return ReduceLROnPlateau.on("val_loss").factor(0.2).patience(5).minLr(0.0001);
  }
}

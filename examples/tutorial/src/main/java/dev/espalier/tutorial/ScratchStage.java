package dev.espalier.tutorial;

import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.cifar.Cifar100;
import dev.espalier.model.Model;
import dev.espalier.models.EfficientNet;
import dev.espalier.optimizer.Sgd;
import dev.espalier.tutorial.StageTraining.Trained;
import java.nio.file.Path;

/** The first stage of the tutorial: EfficientNet-B0 from random weights. */
public final class ScratchStage {
  private static final int EPOCHS = 20;

  private ScratchStage() {}

  /** Takes the folder of CIFAR-100 and the model file to write. */
  public static void main(String[] arguments) {
    Path data = Path.of(arguments[0]);
    Dataset train = Cifar100.open(data, Split.TRAIN);
    Model untrained =
        EfficientNet.b0()
            .imageSize(StageTraining.IMAGE_SIZE)
            .classes(train.classNames().size())
            .build();
    Trained trained = train(untrained, train, Cifar100.open(data, Split.TEST), EPOCHS);
    StageTraining.save(Path.of(arguments[1]), trained);
  }

  static Trained train(Model model, Dataset train, Dataset test, int epochs) {
    return StageTraining.train(
        model, Sgd.of(0.2).momentum(0.1).nesterov(), plateau(), train, test, epochs);
  }

  static ReduceLROnPlateau plateau() {
    return ReduceLROnPlateau.on("val_loss").factor(0.2).patience(5).minLr(0.005);
  }
}

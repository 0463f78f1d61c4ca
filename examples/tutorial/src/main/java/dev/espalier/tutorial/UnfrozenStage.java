package dev.espalier.tutorial;

import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.cifar.Cifar100;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Sgd;
import dev.espalier.tutorial.StageTraining.Trained;
import java.nio.file.Path;

/**
 * The third stage of the tutorial: the whole model of the second one, except the batch
 * normalizations of its base.
 */
public final class UnfrozenStage {
  private static final int EPOCHS = 25;

  private UnfrozenStage() {}

  /**
   * Takes the weight file {@code efficientnetb0_notop.h5}, the folder of CIFAR-100, the model file
   * that {@link FrozenStage} wrote, and the one to write.
   */
  public static void main(String[] arguments) {
    Path data = Path.of(arguments[1]);
    Trained trained =
        train(
            ModelFile.read(Path.of(arguments[2]), PluginRegistry.discover()).model(),
            StageTraining.base(Path.of(arguments[0])),
            Cifar100.open(data, Split.TRAIN),
            Cifar100.open(data, Split.TEST),
            EPOCHS);
    StageTraining.save(Path.of(arguments[3]), trained);
  }

  static Trained train(Model model, Model base, Dataset train, Dataset test, int epochs) {
    return StageTraining.train(
        Graft.unfreezeAllButBatchNorms(model, base), Sgd.of(0.005), plateau(), train, test, epochs);
  }

  static ReduceLROnPlateau plateau() {
    return ReduceLROnPlateau.on("val_loss").factor(0.2).patience(5).minLr(0.00001);
  }
}

package dev.espalier.datasets.mnist;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.plugin.DatasetProvider;
import java.nio.file.Path;
import java.util.List;

/**
 * Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017): articles of clothing, grey, 28x28 pixels, in ten
 * classes, 60,000 for training and 10,000 for testing. Its files are named and laid out like those
 * of {@link Mnist}.
 */
public final class FashionMnist {
  static final List<String> CLASS_NAMES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private FashionMnist() {}

  /**
   * Opens a split.
   *
   * @param folder as for {@link Mnist#open}
   * @throws dev.espalier.error.EspalierException as {@link Mnist#open}
   */
  public static Dataset open(Path folder, Split split) {
    return IdxFiles.open("fashion-mnist", "Fashion-MNIST", CLASS_NAMES, folder, split);
  }

  /** Returns the provider of the data set {@code fashion-mnist}. */
  public static DatasetProvider provider() {
    return new IdxProvider(
        "fashion-mnist",
        "Fashion-MNIST, 10 classes of clothing, grayscale, 28x28 pixels; reads the folder with"
            + " its IDX files",
        "Fashion-MNIST",
        CLASS_NAMES);
  }
}

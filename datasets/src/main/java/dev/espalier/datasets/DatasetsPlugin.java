package dev.espalier.datasets;

import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.Plugin;
import java.util.List;

/**
 * Brings the data sets {@code cifar10}, {@code cifar100}, {@code cifar100-coarse}, {@code
 * fashion-mnist}, {@code image-folder}, {@code manifest}, {@code mnist} and {@code shapes}.
 */
public final class DatasetsPlugin implements Plugin {
  /** Creates the plugin; called by {@link java.util.ServiceLoader}. */
  public DatasetsPlugin() {}

  @Override
  public String id() {
    return "datasets";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<DatasetProvider> datasets() {
    return List.of(
        new CifarProvider(
            "cifar10",
            "CIFAR-10, 10 classes, 32x32 pixels; reads the folder or cifar-10-binary.tar.gz",
            CifarFormat.CIFAR_10,
            0),
        new CifarProvider(
            "cifar100",
            "CIFAR-100, 100 classes, 32x32 pixels; reads the folder or"
                + " cifar-100-binary.tar.gz",
            CifarFormat.CIFAR_100,
            CifarFormat.FINE),
        new CifarProvider(
            "cifar100-coarse",
            "CIFAR-100 with its 20 superclasses, 32x32 pixels; reads the folder or"
                + " cifar-100-binary.tar.gz",
            CifarFormat.CIFAR_100,
            CifarFormat.COARSE),
        new IdxProvider(
            "fashion-mnist",
            "Fashion-MNIST, 10 classes of clothing, greyscale, 28x28 pixels; reads the"
                + " folder with its IDX files",
            "Fashion-MNIST",
            FashionMnist.CLASS_NAMES),
        new ImageFolderProvider(),
        new ManifestProvider(),
        new IdxProvider(
            "mnist",
            "MNIST, 10 handwritten digits, greyscale, 28x28 pixels; reads the folder with"
                + " its IDX files",
            "MNIST",
            Mnist.CLASS_NAMES),
        new ShapesProvider());
  }
}

package dev.espalier.datasets;

import dev.espalier.data.ImageReader;
import dev.espalier.datasets.cifar.Cifar10;
import dev.espalier.datasets.cifar.Cifar100;
import dev.espalier.datasets.folder.ImageFolderProvider;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.datasets.mnist.FashionMnist;
import dev.espalier.datasets.mnist.Mnist;
import dev.espalier.datasets.shapes.ShapesProvider;
import dev.espalier.datasets.table.ManifestProvider;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.Plugin;
import java.util.List;

/**
 * Contributes the data sets {@code cifar10}, {@code cifar100}, {@code cifar100-coarse}, {@code
 * fashion-mnist}, {@code image-folder}, {@code manifest}, {@code mnist} and {@code shapes}, and the
 * decoder of image files.
 */
public final class DatasetsPlugin implements Plugin {
  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
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
        Cifar10.provider(),
        Cifar100.provider(),
        Cifar100.coarseProvider(),
        FashionMnist.provider(),
        new ImageFolderProvider(),
        new ManifestProvider(),
        Mnist.provider(),
        new ShapesProvider());
  }

  @Override
  public List<ImageReader> imageReaders() {
    return List.of(ImageDecoder.standard());
  }
}

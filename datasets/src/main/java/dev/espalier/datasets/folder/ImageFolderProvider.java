package dev.espalier.datasets.folder;

import dev.espalier.data.Dataset;
import dev.espalier.datasets.files.ImageOptions;
import dev.espalier.datasets.files.LabelledImages;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.DatasetRequest;
import dev.espalier.plugin.DatasetSource;
import dev.espalier.plugin.DatasetSplits;
import java.nio.file.Path;
import java.util.List;

/**
 * Provides {@link ImageFolder}. A folder without splits is split 80:10:10. If only one of
 * validation and test exists, it serves as both.
 */
public record ImageFolderProvider() implements DatasetProvider {
  @Override
  public String name() {
    return "image-folder";
  }

  @Override
  public String description() {
    return "Your own images in one folder per class, optionally inside train, val and"
        + " test folders";
  }

  @Override
  public List<OptionDescription<?>> options() {
    return ImageOptions.all();
  }

  @Override
  public DatasetSplits splits(DatasetRequest request) {
    return source(request).splits();
  }

  @Override
  public Dataset open(DatasetRequest request) {
    return source(request).open(request.split());
  }

  @Override
  public DatasetSource source(DatasetRequest request) {
    return ImageOptions.source(images(request), request);
  }

  private static LabelledImages images(DatasetRequest request) {
    Path location = request.location();
    if (location == null) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The data set image-folder is read from files, and no location was given.",
          "Give the folder that contains one folder of images per class.");
    }
    return ImageFolder.of(location);
  }
}

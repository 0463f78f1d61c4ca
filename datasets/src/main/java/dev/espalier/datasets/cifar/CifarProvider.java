package dev.espalier.datasets.cifar;

import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.DatasetRequest;
import dev.espalier.plugin.DatasetSplits;
import java.nio.file.Path;

/** Provides a CIFAR data set with one of its labels. */
record CifarProvider(String name, String description, CifarFormat format, int labelPosition)
    implements DatasetProvider {
  @Override
  public DatasetSplits splits(DatasetRequest request) {
    return DatasetSplits.of(format.files().keySet());
  }

  @Override
  public Dataset open(DatasetRequest request) {
    Path location = request.location();
    if (location == null) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The data set " + name + " is read from files, and no location was given.",
          "Give the folder with the files of "
              + format.title()
              + " (binary version), or the archive "
              + format.archive()
              + ".");
    }
    return CifarDataset.open(name, format, labelPosition, location, request.split());
  }
}

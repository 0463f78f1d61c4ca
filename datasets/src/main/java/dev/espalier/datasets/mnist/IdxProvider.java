package dev.espalier.datasets.mnist;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.DatasetRequest;
import dev.espalier.plugin.DatasetSplits;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Provides a data set published as IDX files. */
record IdxProvider(String name, String description, String title, List<String> classNames)
    implements DatasetProvider {
  @Override
  public DatasetSplits splits(DatasetRequest request) {
    return DatasetSplits.of(Set.of(Split.TRAIN, Split.TEST));
  }

  @Override
  public Dataset open(DatasetRequest request) {
    Path location = request.location();
    if (location == null) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The data set " + name + " is read from files, and no location was given.",
          "Give the folder with the four files of " + title + ", compressed or not.");
    }
    return IdxFiles.open(name, title, classNames, location, request.split());
  }
}

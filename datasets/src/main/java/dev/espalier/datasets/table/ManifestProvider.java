package dev.espalier.datasets.table;

import dev.espalier.data.Dataset;
import dev.espalier.datasets.files.ImageOptions;
import dev.espalier.datasets.files.LabelledImages;
import dev.espalier.datasets.folder.ImageFolderProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.DatasetRequest;
import dev.espalier.plugin.DatasetSource;
import dev.espalier.plugin.DatasetSplits;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Provides {@link Manifest}, split like {@link ImageFolderProvider} does. */
public record ManifestProvider() implements DatasetProvider {
  private static final OptionDescription<String> PATH_COLUMN =
      OptionDescription.text(
          "path-column", "Column with the image paths; by default found by common names.");
  private static final OptionDescription<String> LABEL_COLUMN =
      OptionDescription.text(
          "label-column", "Column with the labels; by default found by common names.");
  private static final OptionDescription<String> EXTENSION =
      OptionDescription.text(
              "extension", "File extension, such as jpg, to add to paths that omit it.")
          .withDefault("");
  private static final OptionDescription<String> WEIGHT_COLUMN =
      OptionDescription.text(
          "weight-column",
          "Column with the weight of each image in the loss, 0 or more; by default, all weights are 1.");

  @Override
  public String name() {
    return "manifest";
  }

  @Override
  public String description() {
    return "Your own images, listed in a CSV or JSON file with path, label and optionally"
        + " split";
  }

  @Override
  public List<OptionDescription<?>> options() {
    return Stream.concat(
            ImageOptions.all().stream(),
            Stream.of(PATH_COLUMN, LABEL_COLUMN, EXTENSION, WEIGHT_COLUMN))
        .toList();
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
          "The data set manifest is read from files, and no location was given.",
          "Give the CSV or JSON file that lists the images with path and label.");
    }
    OptionValues options = request.options();
    ManifestColumns columns =
        new ManifestColumns(
            options.find(PATH_COLUMN),
            options.find(LABEL_COLUMN),
            options.get(EXTENSION),
            options.find(WEIGHT_COLUMN));
    return Manifest.of(location, usual -> columns);
  }
}

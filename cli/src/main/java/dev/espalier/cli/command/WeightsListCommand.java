package dev.espalier.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.data.CroppedResizing;
import dev.espalier.download.Downloads;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.Size2d;
import dev.espalier.plugin.PretrainedWeights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the catalogue of published weights. */
@Command(
    name = "list",
    header = "Lists the weights that are published for models by name.",
    description =
        "They are used with --weights NAME and downloaded with --download. Top-1 is the accuracy on"
            + " ImageNet that the publisher states for the central PIXELS x PIXELS of images whose"
            + " shorter side was resized.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier weights list",
      "  espalier weights list efficientnetv2-s",
      "  espalier weights list --json"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class WeightsListCommand extends Subcommand {
  @Parameters(paramLabel = "MODEL", arity = "0..1", description = "Only the weights of this model.")
  @Nullable String model;

  private final JsonOption json = new JsonOption();

  WeightsListCommand() {}

  @Override
  List<OptionGroup> groups() {
    return List.of(OptionGroup.of(OptionGroup.Concern.OUTPUT, json));
  }

  @Override
  public Integer call() {
    List<PretrainedWeights> all = registry(new ConfigurationArguments()).pretrainedWeights();
    String model = this.model;
    List<PretrainedWeights> wanted =
        all.stream().filter(entry -> model == null || entry.model().equals(model)).toList();
    if (model != null && wanted.isEmpty()) {
      throw NearestNames.unknown(
          ErrorCode.UNKNOWN_NAME,
          "model with published weights",
          model,
          all.stream().map(PretrainedWeights::model).distinct().toList());
    }
    Path folder = Downloads.weightsFolder(System.getenv());
    if (json.json) {
      printJson(json(wanted, folder));
      return 0;
    }
    out()
        .println(
            row(
                "MODEL",
                "WEIGHTS",
                "CLASSIFIER",
                "SIZE",
                "PIXELS",
                "RESIZED TO",
                "TOP-1",
                "PUBLISHER",
                "HERE"));
    wanted.forEach(entry -> out().println(row(entry, folder)));
    out().println("Folder: " + folder);
    out().flush();
    return 0;
  }

  private static String row(PretrainedWeights entry, Path folder) {
    Double accuracy = entry.accuracy();
    CroppedResizing images = entry.evaluation();
    return row(
        entry.model(),
        entry.name(),
        entry.includeTop() ? "yes" : "no",
        entry.file().sizeText(),
        Integer.toString(entry.imageSize()),
        images == null ? "" : resizedSide(entry, images) + " " + images.filter(),
        accuracy == null ? "" : String.format(Locale.ROOT, "%.1f", accuracy),
        entry.publisher(),
        isHere(entry, folder) ? "yes" : "");
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-20s %-15s %-10s %8s %7s  %-12s %5s  %-11s %s", cells)
        .stripTrailing();
  }

  private static int resizedSide(PretrainedWeights entry, CroppedResizing images) {
    Size2d size = Size2d.square(entry.imageSize());
    return images.resized(size, size).height();
  }

  private static boolean isHere(PretrainedWeights entry, Path folder) {
    return Files.exists(folder.resolve(entry.file().name()));
  }

  private static JsonArray json(List<PretrainedWeights> entries, Path folder) {
    JsonArray array = new JsonArray();
    for (PretrainedWeights entry : entries) {
      JsonObject one = new JsonObject();
      one.addProperty("model", entry.model());
      one.addProperty("weights", entry.name());
      one.addProperty("includeTop", entry.includeTop());
      one.addProperty("file", folder.resolve(entry.file().name()).toString());
      one.addProperty("here", isHere(entry, folder));
      one.addProperty("address", entry.file().address().toString());
      one.addProperty("checksum", entry.file().checksum().toString());
      one.addProperty("bytes", entry.file().bytes());
      one.addProperty("classes", entry.classes());
      one.addProperty("imageSize", entry.imageSize());
      CroppedResizing images = entry.evaluation();
      if (images != null) {
        one.addProperty("resizedSide", resizedSide(entry, images));
        one.addProperty("interpolation", images.filter().toString());
        one.addProperty("resize", images.toString());
      }
      one.addProperty("accuracy", entry.accuracy());
      one.addProperty("publisher", entry.publisher());
      array.add(one);
    }
    return array;
  }
}

package dev.espalier.cli.run;

import dev.espalier.cli.option.DataOptions;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens the data to evaluate a model on. Data without splits is evaluated as a whole, unless the
 * model was trained on a random split of it.
 */
public record EvaluationData(Configuration configuration, DataOptions data, PrintWriter err) {
  /**
   * Opens the data.
   *
   * @param wanted split given by the user, or null to choose one that suits the data
   * @param trained what the model was trained on, or null if unknown
   */
  public Dataset open(@Nullable EvaluatedSplit wanted, @Nullable TrainedOn trained) {
    if (wanted == EvaluatedSplit.ALL) {
      return data.openWhole(configuration, err);
    }
    Split split = wanted == null ? Split.TEST : Split.valueOf(wanted.name());
    if (!data.splits(configuration, err).random()) {
      return data.open(configuration, split, err);
    }
    Dataset whole = data.openWhole(configuration, err);
    if (trained == null || !trained.isOf(whole.name())) {
      return wanted == null ? whole : data.open(configuration, split, err);
    }
    if (wanted == null) {
      err.println(
          "note: the model was trained on "
              + whole.name()
              + ", so that only its test split is evaluated. --split all takes all of it.");
      err.flush();
    }
    return data.open(dividedAsBefore(trained), split, err);
  }

  /** Another seed would move training samples to the test split. */
  private Configuration dividedAsBefore(TrainedOn trained) {
    String seed = trained.seed();
    return seed == null || configuration.setting(RunSettings.SEED) != null
        ? configuration
        : configuration.with(List.of(RunSettings.SEED.byDefault(seed)));
  }
}

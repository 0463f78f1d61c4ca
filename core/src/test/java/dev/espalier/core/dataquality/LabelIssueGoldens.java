package dev.espalier.core.dataquality;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of src/test/python/make_label_issues.py: confident learning from its definition, and
 * scikit-learn's logistic regression.
 */
record LabelIssueGoldens(List<Case> cases, Regression regression) {
  record Case(
      String name,
      List<Integer> labels,
      List<List<Float>> probabilities,
      List<@Nullable Double> thresholds,
      List<List<Integer>> issues,
      double errors) {
    @Override
    public String toString() {
      return name;
    }
  }

  record Regression(
      List<Integer> labels, List<List<Float>> features, List<List<Double>> probabilities) {}

  static LabelIssueGoldens read() {
    try (InputStream stream =
        Objects.requireNonNull(LabelIssueGoldens.class.getResourceAsStream("label-issues.json"))) {
      return new Gson()
          .fromJson(new InputStreamReader(stream, StandardCharsets.UTF_8), LabelIssueGoldens.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationCurveTest {
  private static final Pattern BAR =
      Pattern.compile("class=\"bar\" x=\"([\\d.]+)\" y=\"[\\d.]+\" width=\"([\\d.]+)\"");

  private static CalibrationCurve curve(double... confidences) {
    CalibrationCurve.Counts counts = new CalibrationCurve.Counts();
    for (double confidence : confidences) {
      counts.add(confidence, true);
    }
    return counts.curve();
  }

  private static List<Integer> filled(CalibrationCurve curve) {
    List<Integer> bins = new ArrayList<>();
    for (int i = 0; i < curve.bins().size(); i++) {
      if (curve.bins().get(i).samples() > 0) {
        bins.add(i);
      }
    }
    return bins;
  }

  /** Bin i is above i / 15, and at most (i + 1) / 15. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.01, 0",
    "0.066, 0",
    "0.067, 1",
    "0.2, 2",
    "0.2001, 3",
    "0.5, 7",
    "0.6, 8",
    "0.95, 14",
    "1, 14"
  })
  void aPredictionIsInTheBinOfItsConfidence(double confidence, int bin) {
    CalibrationCurve curve = curve(confidence);

    assertThat(filled(curve)).containsExactly(bin);
    assertThat(curve.bins().get(bin)).isEqualTo(new CalibrationCurve.Bin(1, confidence, 1));
  }

  /** The axis goes from 46 to 350. */
  @Test
  void theBarOfABinStandsOverItsConfidences() {
    double[] confidences = {0.03, 0.3, 0.5, 0.97};
    List<MatchResult> bars =
        BAR.matcher(CalibrationChart.of(curve(confidences))).results().toList();

    assertThat(bars).hasSameSizeAs(confidences);
    for (int i = 0; i < bars.size(); i++) {
      double left = Double.parseDouble(bars.get(i).group(1));
      double right = left + Double.parseDouble(bars.get(i).group(2));
      assertThat(46 + 304 * confidences[i]).isBetween(left, right);
    }
  }
}

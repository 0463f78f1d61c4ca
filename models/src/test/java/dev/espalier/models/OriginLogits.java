package dev.espalier.models;

import dev.espalier.graph.HostArray;
import dev.espalier.testkit.golden.GoldenNumbers;
import java.util.List;
import java.util.stream.Stream;

/** What models of other projects give for two golden images of 64 pixels. */
final class OriginLogits {
  static final int SIZE = 64;
  static final int CLASSES = 10;

  private OriginLogits() {}

  static HostArray images() {
    return GoldenNumbers.images("golden/" + SIZE, 2, SIZE, SIZE);
  }

  static List<Double> of(String file, String model) {
    String numbers =
        Resources.lines(file).stream()
            .map(line -> line.split("\t"))
            .filter(fields -> fields[0].equals(model))
            .map(fields -> fields[1])
            .findFirst()
            .orElseThrow();
    return Stream.of(numbers.split(" ")).map(Double::valueOf).toList();
  }
}

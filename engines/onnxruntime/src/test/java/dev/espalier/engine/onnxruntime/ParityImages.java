package dev.espalier.engine.onnxruntime;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.graph.HostArray;
import dev.espalier.testkit.golden.GoldenNumbers;
import java.util.ArrayList;
import java.util.List;

/** Images on which engines are compared, of four classes in turn. */
final class ParityImages {
  private static final List<String> CLASSES = List.of("a", "b", "c", "d");

  private ParityImages() {}

  /** Returns square images of noise. */
  static Dataset of(int count, int side) {
    HostArray pixels = GoldenNumbers.images("golden/parity", count, side, side);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[side * side * 3];
      pixels.rows(i, i + 1).bytes().get(bytes);
      samples.add(new Sample(Image.wrap(side, side, 3, bytes), i % CLASSES.size()));
    }
    return Datasets.of("noise", CLASSES, samples);
  }
}

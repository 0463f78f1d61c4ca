package dev.espalier.core.internal.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchLabelsTest {
  private static final ImageSize PIXEL = new ImageSize(1, 1, 1);
  private static final Loading LOADING = new Loading(2, false, 2, 2);

  private static Image pixel(int value) {
    return Image.wrap(1, 1, 1, new byte[] {(byte) value});
  }

  @Test
  void severalLabelsAreARowWithAOneForEachClass() {
    Dataset several =
        Datasets.of(
            "several",
            List.of("a", "b", "c"),
            List.of(
                new Sample(pixel(0), List.of(2, 0)),
                new Sample(pixel(1), List.of()),
                new Sample(pixel(2), 1)));
    BatchPlan plan = BatchPlan.inOrder(several, LOADING);
    List<HostArray> labels = new ArrayList<>();
    // Without a model the classes are those of the data.
    for (int classes : new int[] {3, 0}) {
      try (BatchLoader loader = new BatchLoader(LOADING, () -> {});
          BatchLoader.Pass pass =
              loader.start(new SampleReader(several, List.of(), classes, 1), plan, PIXEL)) {
        for (Batch batch = pass.next(); batch != null; batch = pass.next()) {
          labels.add(batch.labels());
          batch.release();
        }
      }
    }
    HostArray first = HostArray.wrap(Shape.of(2, 3), 1, 0, 1, 0, 0, 0);
    HostArray second = HostArray.wrap(Shape.of(1, 3), 0, 1, 0);
    assertThat(labels).containsExactly(first, second, first, second);
  }

  @Test
  void severalLabelsInSingleLabelDataAreRefusedWithTheSample() {
    Dataset wrong =
        new Dataset() {
          @Override
          public String name() {
            return "wrong";
          }

          @Override
          public int size() {
            return 1;
          }

          @Override
          public Sample get(int index) {
            return new Sample(pixel(0), List.of(1, 0));
          }

          @Override
          public List<String> classNames() {
            return List.of("a", "b");
          }
        };
    assertThatThrownBy(() -> new SampleReader(wrong, List.of(), 2, 1).read(0, 0))
        .hasMessage(
            "Sample 0 of \"wrong\": It has the labels [1, 0], but the data set does not say that"
                + " it is multi-label. Give each sample one label, or have target() of the data set"
                + " return Target.multiHot(). [ESP-102]");
  }
}

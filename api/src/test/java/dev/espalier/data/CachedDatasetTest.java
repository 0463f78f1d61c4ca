package dev.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.EspalierException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CachedDatasetTest {
  private final List<Integer> read = Collections.synchronizedList(new ArrayList<>());

  /** Three pictures of ten bytes. */
  private final Dataset source =
      new Dataset() {
        @Override
        public String name() {
          return "lines";
        }

        @Override
        public int size() {
          return 3;
        }

        @Override
        public Sample get(int index) {
          read.add(index);
          return new Sample(Image.wrap(1, 10, 1, new byte[10]), index);
        }

        @Override
        public List<String> classNames() {
          return List.of("a", "b", "c");
        }
      };

  @Test
  void sampleIsReadOnce() {
    Dataset cached = Datasets.cached(source, 1000);

    assertThat(cached.get(1)).isEqualTo(cached.get(1)).isEqualTo(source.get(1));
    assertThat(read).containsExactly(1, 1);
  }

  @Test
  void whatDoesNotFitIsReadEachTime() {
    Dataset cached = Datasets.cached(source, 29);
    for (int epoch = 0; epoch < 2; epoch++) {
      for (int i = 0; i < 3; i++) {
        cached.get(i);
      }
    }

    assertThat(read).containsExactly(0, 1, 2, 2);
  }

  @Test
  void everythingElseIsThatOfTheSource() {
    Dataset cached = Datasets.cached(source, 1000);

    assertThat(cached.name()).isEqualTo("lines");
    assertThat(cached.size()).isEqualTo(3);
    assertThat(cached.classNames()).containsExactly("a", "b", "c");
    assertThat(cached.label(2)).isEqualTo(2);
    assertThat(cached.file(0)).isNull();
    assertThat(cached.unreadableFiles()).isEmpty();
  }

  @Test
  void cacheOfNothingIsRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Datasets.cached(source, 0))
        .withMessage(
            "A cache of 0 bytes cannot hold anything. Give 1 or more, or leave the cache"
                + " out. [ESP-102]");
  }
}

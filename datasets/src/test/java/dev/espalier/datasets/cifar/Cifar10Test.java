package dev.espalier.datasets.cifar;

import static dev.espalier.datasets.cifar.CifarFilesForTests.archive;
import static dev.espalier.datasets.cifar.CifarFilesForTests.cifarRecord;
import static dev.espalier.datasets.cifar.CifarFilesForTests.join;
import static dev.espalier.datasets.cifar.CifarFilesForTests.text;
import static dev.espalier.datasets.cifar.CifarFilesForTests.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.error.EspalierException;
import dev.espalier.testkit.data.DatasetContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10Test extends DatasetContract {
  @TempDir Path folder;

  @BeforeEach
  void writeSmallFiles() {
    // Batches of different lengths, so that a wrong start would show.
    for (int batch = 1; batch <= 5; batch++) {
      byte[][] records = new byte[batch][];
      for (int i = 0; i < batch; i++) {
        records[i] = cifarRecord(10 * batch + i, 2 * batch - 1);
      }
      write(folder.resolve("data_batch_" + batch + ".bin"), join(records));
    }
    write(folder.resolve("test_batch.bin"), cifarRecord(200, 9));
  }

  @Override
  protected Dataset open() {
    return Cifar10.open(folder, Split.TRAIN);
  }

  @Test
  void batchesFollowEachOther() {
    Dataset train = Cifar10.open(folder, Split.TRAIN);

    List<Integer> reds = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < train.size(); i++) {
      reds.add(train.get(i).image().at(0, 0, 0));
      labels.add(train.label(i));
    }

    assertThat(train.name()).isEqualTo("cifar10/train");
    assertThat(reds).containsExactly(10, 20, 21, 30, 31, 32, 40, 41, 42, 43, 50, 51, 52, 53, 54);
    assertThat(labels).containsExactly(1, 3, 3, 5, 5, 5, 7, 7, 7, 7, 9, 9, 9, 9, 9);
  }

  @Test
  void testSplitIsItsOwnFile() {
    Dataset test = Cifar10.open(folder, Split.TEST);

    assertThat(test.size()).isEqualTo(1);
    assertThat(test.get(0).label()).isEqualTo(9);
    assertThat(test.classNames()).hasSize(10).startsWith("airplane").endsWith("truck");
  }

  @Test
  void namesFileMayEndInABlankLine() {
    write(folder.resolve("batches.meta.txt"), text("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n"));

    assertThat(Cifar10.open(folder, Split.TEST).classNames())
        .containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
  }

  @Test
  void archiveMayHoldTheBatchesInAnyOrder() throws Exception {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int batch : new int[] {4, 1, 3, 5, 2}) {
      String name = "data_batch_" + batch + ".bin";
      entries.put("cifar-10-batches-bin/" + name, Files.readAllBytes(folder.resolve(name)));
    }
    Path file = archive(folder.resolve("cifar-10-binary.tar.gz"), entries);

    Dataset train = Cifar10.open(file, Split.TRAIN);

    assertThat(train.get(14).image().at(0, 0, 0)).isEqualTo(54);
    assertThat(train.size()).isEqualTo(15);
  }

  @Test
  void missingBatchIsNamed() throws Exception {
    Files.delete(folder.resolve("data_batch_3.bin"));

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Cifar10.open(folder, Split.TRAIN))
        .withMessageContaining("There is no data_batch_3.bin in " + folder);
  }

  @Test
  void truncatedBatchIsRefusedWithTheExpectedMultiple() {
    write(folder.resolve("data_batch_2.bin"), new byte[3072]);

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Cifar10.open(folder, Split.TRAIN))
        .withMessageContaining("data_batch_2.bin has 3,072 bytes")
        .withMessageContaining("3,073 bytes of a CIFAR-10 record");
  }
}

package dev.espalier.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
  private static RandomStream stream() {
    return RandomKey.ofSeed(42).stream();
  }

  @Test
  void numbersAreThoseOfSplitMix64() {
    RandomStream zero = new RandomStream(0);
    assertThat(zero.nextLong()).isEqualTo(0xe220a8397b1dcdafL);
    assertThat(zero.nextLong()).isEqualTo(0x6e789e6aa1b965f4L);
    assertThat(zero.nextLong()).isEqualTo(0x06c45d188009454fL);
  }

  @Test
  void seedsAndPurposesGiveTheSameNumbersForEver() {
    RandomStream stream = stream();
    assertThat(stream.nextLong()).isEqualTo(0x989b3f130a063869L);
    assertThat(stream.nextLong()).isEqualTo(0x290db4bf2570ded7L);
    RandomKey key = RandomKey.ofSeed(42).with("shuffle").with(3);
    assertThat(key.state()).isEqualTo(0xff70d4d87dd7959eL);
    assertThat(key.stream().nextDouble()).isEqualTo(0.9387221501262895);
  }

  @Test
  void keysDependOnTheOrderOfPurposes() {
    RandomKey key = RandomKey.ofSeed(1);
    assertThat(key.with(1).with(2)).isNotEqualTo(key.with(2).with(1));
    assertThat(key.with("a").with("b")).isNotEqualTo(key.with("ab"));
    assertThat(key.with("a")).isEqualTo(RandomKey.ofSeed(1).with("a"));
    assertThat(key.with(0)).isNotEqualTo(key);
  }

  @Test
  void drawingElsewhereChangesNothing() {
    RandomKey key = RandomKey.ofSeed(5);
    long expected = key.with("dropout").stream().nextLong();
    key.with("shuffle").stream().permutation(100);
    assertThat(key.with("dropout").stream().nextLong()).isEqualTo(expected);
  }

  @Test
  void aSplitStreamDependsOnItsPositionAlone() {
    RandomStream eager = stream();
    RandomStream lazy = stream();
    RandomStream first = eager.split();
    first.nextLong();
    first.nextLong();
    lazy.split();

    long second = eager.split().nextLong();

    assertThat(lazy.split().nextLong()).isEqualTo(second);
    assertThat(stream().split().nextLong()).isNotEqualTo(second);
  }

  @Test
  void doublesAndFloatsAreUniformBelowOne() {
    RandomStream stream = stream();
    int[] doubles = new int[10];
    int[] floats = new int[10];
    for (int i = 0; i < 100_000; i++) {
      doubles[(int) (stream.nextDouble() * 10)]++;
      float value = stream.nextFloat();
      assertThat(value).isBetween(0f, Math.nextDown(1f));
      floats[(int) (value * 10)]++;
    }
    assertThat(Arrays.stream(doubles)).allMatch(count -> Math.abs(count - 10_000) < 500);
    assertThat(Arrays.stream(floats)).allMatch(count -> Math.abs(count - 10_000) < 500);
  }

  @Test
  void rangesHoldTheirBounds() {
    RandomStream stream = stream();
    for (int i = 0; i < 1000; i++) {
      assertThat(stream.nextDouble(-2, 3)).isBetween(-2.0, 3.0);
    }
  }

  @Test
  void whatIsNotAPowerOfTwoIsUniformToo() {
    RandomStream stream = stream();
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[stream.nextInt(7)]++;
    }
    assertThat(Arrays.stream(counts)).allMatch(count -> Math.abs(count - 10_000) < 500);
    assertThat(stream.nextInt(1)).isZero();
    assertThat(stream.nextInt(Integer.MAX_VALUE)).isNotNegative();
    assertThatThrownBy(() -> stream.nextInt(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void gaussiansHaveMeanZeroAndDeviationOne() {
    RandomStream stream = stream();
    double sum = 0;
    double squares = 0;
    int outside = 0;
    int count = 200_000;
    for (int i = 0; i < count; i++) {
      double value = stream.nextGaussian();
      sum += value;
      squares += value * value;
      outside += Math.abs(value) > 1.959964 ? 1 : 0;
    }
    assertThat(sum / count).isCloseTo(0, within(.01));
    assertThat(squares / count).isCloseTo(1, within(.01));
    assertThat((double) outside / count).isCloseTo(.05, within(.003));
  }

  @Test
  void probabilitiesAreKept() {
    RandomStream stream = stream();
    long hits = IntStream.range(0, 100_000).filter(i -> stream.nextBoolean(.3)).count();
    assertThat(hits).isBetween(29_300L, 30_700L);
    assertThat(stream.nextBoolean(0)).isFalse();
    assertThat(stream.nextBoolean(1)).isTrue();
  }

  @Test
  void permutationsAreUniform() {
    RandomStream stream = stream();
    int[][] counts = new int[5][5];
    for (int i = 0; i < 20_000; i++) {
      int[] order = stream.permutation(5);
      assertThat(Arrays.stream(order).sorted()).containsExactly(0, 1, 2, 3, 4);
      for (int position = 0; position < 5; position++) {
        counts[position][order[position]]++;
      }
    }
    assertThat(Arrays.stream(counts).flatMapToInt(Arrays::stream))
        .allMatch(count -> Math.abs(count - 4000) < 300);
    assertThat(stream.permutation(0)).isEmpty();
  }
}

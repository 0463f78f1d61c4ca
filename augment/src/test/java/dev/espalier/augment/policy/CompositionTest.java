package dev.espalier.augment.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.augment.Grey;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.error.EspalierException;
import dev.espalier.random.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CompositionTest {
  private static final Image BLACK = Grey.of(new int[] {0});

  private static Augmentation adding(int amount) {
    return (image, random) -> Grey.of(new int[] {image.at(0, 0, 0) + amount});
  }

  private static Augmentation recording(List<Double> drawn, int draws) {
    return (image, random) -> {
      for (int i = 0; i < draws; i++) {
        drawn.add(random.nextDouble());
      }
      return image;
    };
  }

  @Test
  void chainsApplyInOrder() {
    Augmentation doubling = (image, random) -> Grey.of(new int[] {image.at(0, 0, 0) * 2});

    assertThat(Chain.of(adding(3), doubling, adding(1)).apply(BLACK, Grey.stream(1)).at(0, 0, 0))
        .isEqualTo(7);
    assertThat(Chain.of().apply(BLACK, Grey.stream(1))).isSameAs(BLACK);
  }

  @Test
  void aStepKeepsItsNumbersWhenTheStepBeforeDrawsMore() {
    List<Double> few = new ArrayList<>();
    List<Double> many = new ArrayList<>();

    Chain.of(recording(new ArrayList<>(), 1), recording(few, 2)).apply(BLACK, Grey.stream(4));
    Chain.of(recording(new ArrayList<>(), 5), recording(many, 2)).apply(BLACK, Grey.stream(4));

    assertThat(many).isEqualTo(few);
  }

  @Test
  void choicesAreEquallyLikely() {
    RandomChoice choice = RandomChoice.of(adding(0), adding(1), adding(2));
    RandomStream random = Grey.stream(2);
    int[] counts = new int[3];
    for (int i = 0; i < 3000; i++) {
      counts[choice.apply(BLACK, random).at(0, 0, 0)]++;
    }

    for (int count : counts) {
      assertThat(count).isBetween(900, 1100);
    }
  }

  @Test
  void probabilityIsTheShareOfChangedImages() {
    RandomApply sometimes = RandomApply.of(0.3, adding(1));
    RandomStream random = Grey.stream(2);
    int changed = 0;
    for (int i = 0; i < 1000; i++) {
      changed += sometimes.apply(BLACK, random).at(0, 0, 0);
    }

    assertThat(changed).isBetween(250, 350);
  }

  @Test
  void severalAreAppliedToTheSameImagesInOrder() {
    Augmentation doubling = (image, random) -> Grey.of(new int[] {image.at(0, 0, 0) * 2});
    RandomApply sometimes = RandomApply.of(0.5, adding(3), doubling);
    RandomStream random = Grey.stream(2);
    Set<Integer> results = new TreeSet<>();
    for (int i = 0; i < 100; i++) {
      results.add(sometimes.apply(BLACK, random).at(0, 0, 0));
    }

    assertThat(results).containsExactly(0, 6);
  }

  @Test
  void impossibleCompositionsAreRefused() {
    assertThatThrownBy(() -> RandomApply.of(0.5))
        .isInstanceOf(EspalierException.class)
        .hasMessage("RandomApply has nothing to apply. Give at least one augmentation. [ESP-102]");
    assertThatThrownBy(RandomChoice::of)
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "RandomChoice has nothing to choose from. Give at least one augmentation. [ESP-102]");
    assertThatThrownBy(() -> RandomApply.of(1.5, adding(1)))
        .isInstanceOf(EspalierException.class)
        .hasMessage("The probability of RandomApply is 1.5. Give a number from 0 to 1. [ESP-102]");
  }
}

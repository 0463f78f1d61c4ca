package dev.espalier.augment.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.augment.Range;
import dev.espalier.error.EspalierException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class GeometryArgumentsTest {
  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(EspalierException.class).hasMessage(message);
  }

  @Test
  void impossibleFactorsAreRefused() {
    refused(
        () -> RandomTranslation.of(1.1, 0),
        "RandomTranslation with a height of -1.1..1.1 is out of range."
            + " Give numbers from -1 to 1. [ESP-102]");
    refused(
        () -> RandomTranslation.of(Range.of(.2, .1), Range.only(0)),
        "A range from 0.2 to 0.1 is empty. Give two numbers, the smaller one first."
            + " [ESP-102]");
    refused(
        () -> RandomZoom.of(1),
        "RandomZoom with a height of -1..1 is out of range."
            + " Give numbers above -1 and at most 1. [ESP-102]");
    refused(
        () -> RandomShear.of(2, 0),
        "RandomShear with x of 2 is out of range. Give a number from 0 to 1. [ESP-102]");
    refused(
        () -> RandomRotation.of(Double.NaN),
        "A range from NaN to NaN is empty. Give two numbers, the smaller one first."
            + " [ESP-102]");
  }

  @Test
  void impossibleInterpolationsAndFillsAreRefused() {
    refused(
        () -> RandomRotation.of(.1).withInterpolation(Interpolation.AREA),
        "RandomRotation does not support the interpolation AREA. Use NEAREST or"
            + " BILINEAR. [ESP-102]");
    refused(
        () -> RandomRotation.of(.1).withFill(FillMode.CONSTANT, 256),
        "The fill value of RandomRotation is 256. Give a number from 0 to 255. [ESP-102]");
  }

  @Test
  void augmentationsPrintTheirSettings() {
    assertThat(RandomRotation.of(.1))
        .hasToString(
            "RandomRotation[factor=-0.1..0.1, interpolation=BILINEAR, fillMode=REFLECT,"
                + " fillValue=0]");
  }
}

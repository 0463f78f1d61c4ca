package dev.espalier.tutorial

import java.nio.file.Path
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

@Tag("native")
class ShapesTutorialTest {
  @Test
  fun bothLanguagesTrainTheSameModel(@TempDir folder: Path) {
    val java = ShapesTutorial.fineTune(64, 1, folder.resolve("java.safetensors"))
    val kotlin = fineTune(64, 1, folder.resolve("kotlin.safetensors"))

    assertThat(kotlin.epochs).isEqualTo(java.epochs)
    ShapesTutorial.classify(folder.resolve("kotlin.safetensors"))
    classify(folder.resolve("java.safetensors"))
  }
}

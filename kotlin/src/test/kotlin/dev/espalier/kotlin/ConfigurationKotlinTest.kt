package dev.espalier.kotlin

import com.google.inject.Guice
import dev.espalier.core.configuration.Configuration
import dev.espalier.core.configuration.RunSettings
import dev.espalier.guice.EspalierModule
import dev.espalier.training.FitOptions
import java.nio.file.Path
import kotlin.io.path.writeText
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class ConfigurationKotlinTest {
  @TempDir lateinit var folder: Path

  private fun file(): Path =
    folder.resolve("espalier.conf").apply {
      writeText("espalier { training { epochs = 3, metrics = [accuracy] } }")
    }

  @Test
  fun settingsHaveTypes() {
    val registry = pluginRegistry {}
    val configuration = Configuration.of(registry) { it.file(file()) }

    val epochs: Int = configuration.get(RunSettings.EPOCHS)
    val classes: Int? = configuration.find(RunSettings.CLASSES)
    assertThat(epochs).isEqualTo(3)
    assertThat(classes).isNull()
    assertThat(configuration.get(RunSettings.METRICS)).hasSize(1)
  }

  @Test
  fun optionsAreInjected() {
    val module = EspalierModule.of { it.file(file()) }.plugins {}

    val options = Guice.createInjector(module).getInstance(FitOptions::class.java)
    assertThat(options.epochs()).isEqualTo(3)
  }
}

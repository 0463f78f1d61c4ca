package dev.espalier.kotlin

import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.readLines
import kotlin.io.path.readText
import kotlin.io.path.walk
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource

/** Keeps the documents true: the Kotlin that they show is run by a test. */
class DocumentsKotlinTest {
  private fun kotlinFiles(folder: String): List<Path> =
    Path.of(folder).walk().filter { it.extension == "kt" }.toList()

  /** The lines without indentation, so that a part of a method can be shown by itself. */
  private fun unindented(text: String): String =
    text.trim().lines().joinToString("\n") { it.trim() }

  @ParameterizedTest
  @ValueSource(strings = ["../README.md", "../docs/guide/kotlin.md"])
  fun documentsShowCodeThatTestsRun(document: String) {
    val sources = kotlinFiles("src/test/kotlin") + kotlinFiles("../examples/tutorial/src")
    val run = sources.map { unindented(it.readText()) }
    val shown =
      Regex("```kotlin\n(.*?)```", RegexOption.DOT_MATCHES_ALL)
        .findAll(Path.of(document).readText())
        .map { unindented(it.groupValues[1].replace(Regex("(?m)^import .*\n"), "")) }
        .toList()

    assertThat(shown).isNotEmpty().allSatisfy { code ->
      assertThat(run).anySatisfy { assertThat(it).contains(code) }
    }
  }

  @Test
  fun everyPublicDeclarationIsDocumented() {
    val undocumented =
      kotlinFiles("src/main/kotlin").flatMap { file ->
        val lines = file.readLines()
        lines.filterIndexed { i, line -> line.startsWith("public ") && !documented(lines.take(i)) }
      }

    assertThat(undocumented).isEmpty()
  }

  private fun documented(before: List<String>): Boolean =
    before.last { !it.startsWith("@") && !it.startsWith("context(") }.endsWith("*/")
}

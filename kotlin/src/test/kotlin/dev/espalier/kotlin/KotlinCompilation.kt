package dev.espalier.kotlin

import java.nio.file.Path
import kotlin.io.path.writeText
import org.jetbrains.kotlin.cli.common.arguments.K2JVMCompilerArguments
import org.jetbrains.kotlin.cli.common.messages.CompilerMessageSeverity
import org.jetbrains.kotlin.cli.common.messages.CompilerMessageSourceLocation
import org.jetbrains.kotlin.cli.common.messages.MessageCollector
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler
import org.jetbrains.kotlin.config.Services

/**
 * Compiles each statement as a function of its own, on the class path of the tests and with the
 * compiler's default settings, and returns its errors.
 *
 * @param header package and imports
 * @param parameters of the functions, for the statements to use
 */
internal fun compile(
  folder: Path,
  header: String,
  parameters: String,
  statements: Collection<String>,
): Map<String, List<String>> {
  val sources =
    statements.mapIndexed { i, statement ->
      folder.resolve("Statement$i.kt").apply {
        writeText("$header\nfun statement$i($parameters) {\n  $statement\n}\n")
      }
    }
  val errors = statements.associateWith { mutableListOf<String>() }
  val collector =
    object : MessageCollector {
      override fun report(
        severity: CompilerMessageSeverity,
        message: String,
        location: CompilerMessageSourceLocation?,
      ) {
        if (severity.isError) {
          val source = checkNotNull(location) { message }.path
          val index = sources.indexOfFirst { it == Path.of(source) }
          errors.getValue(statements.elementAt(index)) += message
        }
      }

      override fun hasErrors() = errors.values.any { it.isNotEmpty() }

      override fun clear() = errors.values.forEach { it.clear() }
    }
  val arguments =
    K2JVMCompilerArguments().apply {
      freeArgs = sources.map { it.toString() }
      classpath = System.getProperty("java.class.path")
      destination = folder.resolve("classes").toString()
      noStdlib = true // it is on the class path
      noReflect = true
    }
  K2JVMCompiler().exec(collector, Services.EMPTY, arguments)
  return errors
}

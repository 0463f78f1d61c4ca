package dev.espalier.kotlin

/**
 * Marks the receivers of builder blocks, so that calling a method of the outer builder in a nested
 * block is a compile error.
 */
@DslMarker @Target(AnnotationTarget.TYPE) @MustBeDocumented public annotation class EspalierDsl

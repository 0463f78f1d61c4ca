package dev.espalier.kotlin

/**
 * Marks the receivers of builder blocks: in a block inside another one, the outer builder's methods
 * are errors and not silently the outer builder's.
 */
@DslMarker @Target(AnnotationTarget.TYPE) @MustBeDocumented public annotation class EspalierDsl

@file:JvmSynthetic

package dev.espalier.kotlin

import dev.espalier.error.ErrorCode
import dev.espalier.error.EspalierException

/** The stable code of this kind of error: [EspalierException.code]. */
public val EspalierException.code: ErrorCode
  get() = code()

/** What was wrong and where: [EspalierException.problem]. */
public val EspalierException.problem: String
  get() = problem()

/** What to do about it: [EspalierException.remedy]. */
public val EspalierException.remedy: String
  get() = remedy()

/** The id shown in messages, such as `ESP-101`: [ErrorCode.id]. */
public val ErrorCode.id: String
  get() = id()

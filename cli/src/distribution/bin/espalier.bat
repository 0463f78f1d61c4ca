@echo off
rem Runs the espalier command.
rem
rem   ESPALIER_JAVA_OPTS   more options for the JVM, such as -Xmx8g
rem   JAVA_HOME            the Java to use; without it the java on the PATH
rem   SPARK_HOME           the installation of Apache Spark for --cluster
setlocal

set "ESPALIER_JAVA=java"
if defined JAVA_HOME set "ESPALIER_JAVA=%JAVA_HOME%\bin\java.exe"
"%ESPALIER_JAVA%" -version >nul 2>&1
if errorlevel 1 (
  echo espalier: Java is missing. Install Java 17 or newer, or point JAVA_HOME at it. 1>&2
  exit /b 1
)

rem TensorFlow's C++ code greets on stderr; this cannot be set from inside the JVM. Warnings stay.
if not defined TF_CPP_MIN_LOG_LEVEL set "TF_CPP_MIN_LOG_LEVEL=1"

rem Throughput counts, pauses do not; but Java does not start when it is told two collectors.
set "ESPALIER_COLLECTOR=-XX:+UseParallelGC"
echo "%ESPALIER_JAVA_OPTS% %JDK_JAVA_OPTIONS% %JAVA_TOOL_OPTIONS%" | findstr /r /c:"-XX:+Use[A-Za-z0-9]*GC" >nul && set "ESPALIER_COLLECTOR="

rem A training on a cluster needs Spark, after our own jars: what both have is then of our version.
set "ESPALIER_CLASS_PATH=%~dp0..\lib\*"
set "ESPALIER_SPARK="
if not defined SPARK_HOME goto run
echo " %* " | findstr /c:" --cluster " /c:" --cluster=" >nul || goto run
if not defined SPARK_CONF_DIR set "SPARK_CONF_DIR=%SPARK_HOME%\conf"
set "ESPALIER_CLASS_PATH=%ESPALIER_CLASS_PATH%;%SPARK_CONF_DIR%;%SPARK_HOME%\jars\*"
if defined HADOOP_CONF_DIR set "ESPALIER_CLASS_PATH=%ESPALIER_CLASS_PATH%;%HADOOP_CONF_DIR%"
if defined YARN_CONF_DIR set "ESPALIER_CLASS_PATH=%ESPALIER_CLASS_PATH%;%YARN_CONF_DIR%"
set "ESPALIER_SPARK=-Dslf4j.provider=org.slf4j.simple.SimpleServiceProvider -Dslf4j.internal.verbosity=WARN"
for %%p in (java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent java.util.concurrent.atomic jdk.internal.ref sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar) do call set "ESPALIER_SPARK=%%ESPALIER_SPARK%% --add-opens=java.base/%%p=ALL-UNNAMED"

:run
rem IgnoreUnrecognizedVMOptions: older versions do not know the last two, without which newer ones warn.
"%ESPALIER_JAVA%" -XX:+IgnoreUnrecognizedVMOptions %ESPALIER_COLLECTOR% -Xshare:auto --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow %ESPALIER_SPARK% %ESPALIER_JAVA_OPTS% -cp "%ESPALIER_CLASS_PATH%" dev.espalier.cli.Main %*
exit /b %ERRORLEVEL%

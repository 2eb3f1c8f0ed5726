using System;

namespace ModelChecking;

/// <summary>
/// Unwinds a model thread whose execution has already failed, so that its OS thread is free for the next one.
/// Code under test that swallows it meets it again at its next operation.
/// </summary>
internal sealed class ModelAbortException() : Exception("The execution has failed; this thread is being unwound.");

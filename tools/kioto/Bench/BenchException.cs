using System;

namespace Kioto.Tool.Bench;

/// <summary>There is no figure; the message says why. The benchmark goes on without it.</summary>
internal sealed class BenchException(string message) : Exception(message);

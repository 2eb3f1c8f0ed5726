using System;

namespace Kioto.Tool.Traffic;

/// <summary>The server did not do its part.</summary>
internal sealed class LoadException(string message) : Exception(message);

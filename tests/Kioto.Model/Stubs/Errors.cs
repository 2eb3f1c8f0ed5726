using System;

namespace Kioto;

internal static class Errors
{
    internal static ObjectDisposedException Disposed(string type) => new(type);

    internal static InvalidOperationException Concurrent(string type, string operation) => new(operation);

    internal static OperationCanceledException RuntimeGone() => new();
}

using Xunit.Sdk;
using Xunit.v3;

namespace Kioto.Testing;

/// <summary>Makes the test cases of <see cref="KiotoFactAttribute"/>. For xUnit.</summary>
public sealed class KiotoFactDiscoverer : FactDiscoverer
{
    /// <inheritdoc/>
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
        KiotoTestCase.Of(base.CreateTestCase(discoveryOptions, testMethod, factAttribute));
}

using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Kioto.Testing;

/// <summary>Makes the test cases of <see cref="KiotoTheoryAttribute"/>. For xUnit.</summary>
public sealed class KiotoTheoryDiscoverer : TheoryDiscoverer
{
    /// <inheritdoc/>
    protected override async ValueTask<IReadOnlyCollection<IXunitTestCase>> CreateTestCasesForDataRow(
        ITestFrameworkDiscoveryOptions discoveryOptions,
        IXunitTestMethod testMethod,
        ITheoryAttribute theoryAttribute,
        ITheoryDataRow dataRow,
        object?[] testMethodArguments,
        string? index) =>
        Wrap(await base.CreateTestCasesForDataRow(
            discoveryOptions, testMethod, theoryAttribute, dataRow, testMethodArguments, index));

    /// <inheritdoc/>
    protected override async ValueTask<IReadOnlyCollection<IXunitTestCase>> CreateTestCasesForTheory(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, ITheoryAttribute theoryAttribute) =>
        Wrap(await base.CreateTestCasesForTheory(discoveryOptions, testMethod, theoryAttribute));

    private static IReadOnlyCollection<IXunitTestCase> Wrap(IReadOnlyCollection<IXunitTestCase> cases) =>
        [.. cases.Select(KiotoTestCase.Of)];
}

namespace Pharos.Tests.House;

/// <summary>Keeps the layers of the user interface; docs/ARCHITECTURE.md has the table.</summary>
public sealed class WebImportsTests
{
    [Fact]
    public void A_folder_imports_what_the_architecture_page_allows_and_nothing_goes_in_a_circle()
    {
        var root = HouseRulesTests.Root();
        var source = Path.Combine(root, "web", "src");
        var files = Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(source, path).Replace(Path.DirectorySeparatorChar, '/'), File.ReadAllText, StringComparer.Ordinal);

        var faults = WebImports.FaultsIn(files, WebImports.TableIn(File.ReadAllText(Path.Combine(root, "docs", "ARCHITECTURE.md"))));

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>Each case changes one file or one row of a small house that is sound.</summary>
    [Theory]
    [InlineData("ui/parts.ts", "import { b } from '../charts/chart';", "ui/parts.ts imports charts/chart.tsx, which the table does not allow|circle: charts -> ui -> charts|circle: charts -> ui -> charts")]
    [InlineData("features/rules/page.tsx", "import '../../ui/parts';\nexport { a } from '../alerts/api';", "features/rules/page.tsx imports features/alerts/api.ts, which the table does not allow|circle: features/alerts -> features/rules -> features/alerts")]
    [InlineData("features/rules/page.tsx", "import '../../ui/parts';\nconst Page = lazy(() => import('../../charts/chart'));", "features/rules/page.tsx imports charts/chart.tsx, which the table does not allow")]
    [InlineData("features/alerts/ledger/part.tsx", "import '../AlertsPage';\nimport { a } from '../api';", "circle: features/alerts/AlertsPage.tsx -> features/alerts/ledger -> features/alerts/AlertsPage.tsx")]
    [InlineData("features/alerts/ledger/part.tsx", "import { gone } from './gone';", "features/alerts/ledger/part.tsx imports features/alerts/ledger/gone, which does not exist")]
    [InlineData("charts/chart.tsx", "", "charts may import ui and does not")]
    [InlineData("helpers/one.ts", "", "helpers has no row")]
    [InlineData("ui/parts.test.ts", "import { b } from '../charts/chart';", "")]
    public void Each_fault_is_told(string path, string text, string faults)
    {
        Dictionary<string, string> files = new(SomeFiles(), StringComparer.Ordinal) { [path] = text };

        Assert.Equal(faults.Split('|', StringSplitOptions.RemoveEmptyEntries), WebImports.FaultsIn(files, WebImports.TableIn(SomePage)));
    }

    [Fact]
    public void A_row_of_a_folder_that_is_gone_is_told()
    {
        var faults = WebImports.FaultsIn(SomeFiles(), WebImports.TableIn(SomePage.Replace("| `ui` | parts", "| `api` | the client | `wire` |\n| `ui` | parts", StringComparison.Ordinal)));

        Assert.Equal(["api does not exist", "wire does not exist", "api may import wire and does not"], faults);
    }

    const string SomePage = """
        # The house

        ## Rooms

        | room | holds | may call |
        |---|---|---|
        | `elsewhere` | another table | – |

        ## The user interface

        | folder | holds | may import |
        |---|---|---|
        | `ui` | parts | – |
        | `charts` | graphs | `ui` |
        | `features/rules` | rules | `ui` |
        | `features/alerts` | alerts | `features/rules` |

        ## More
        """;

    static Dictionary<string, string> SomeFiles() => new(StringComparer.Ordinal)
    {
        ["ui/parts.ts"] = "import { useState } from 'react';",
        ["charts/chart.tsx"] = "import { a } from '../ui/parts';\nimport './chart.css';",
        ["charts/chart.css"] = "",
        ["features/rules/page.tsx"] = "import {\n  a,\n  b,\n} from '../../ui/parts';",
        ["features/alerts/api.ts"] = "",
        ["features/alerts/AlertsPage.tsx"] = "import { type Rule } from '../rules/page';\nimport './ledger/part';",
        ["features/alerts/ledger/part.tsx"] = "import { a } from '../api';",
    };
}

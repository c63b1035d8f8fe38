/** Small faults that can be put into a source file, found on its syntax tree. */
import ts from "typescript";

/** One fault: a piece of a file and what stands there instead. */
export interface Mutant {
  /** The file, relative to the repository. */
  file: string;
  operator: Operator;
  /** The line where the piece begins, from 1. */
  line: number;
  /** Where the piece begins, in UTF-16 units. */
  start: number;
  /** Where it ends, excluded. */
  end: number;
  replacement: string;
}

/** A kind of fault. */
export type Operator =
  | "swap operands"
  | "flip sign"
  | "move boundary"
  | "drop call"
  | "negate condition"
  | "exchange arguments";

/** A piece that is replaced. */
type Edit = readonly [start: number, end: number, replacement: string];

/** The edits of one kind that a node allows. */
type Find = (node: ts.Node, source: ts.SourceFile) => Edit[];

const { SyntaxKind } = ts;

/** What is another value with its operands exchanged. `+` is not here: numbers commute. */
const ordered = new Set([
  SyntaxKind.MinusToken,
  SyntaxKind.SlashToken,
  SyntaxKind.PercentToken,
  SyntaxKind.AsteriskAsteriskToken,
  SyntaxKind.LessThanToken,
  SyntaxKind.GreaterThanToken,
  SyntaxKind.LessThanEqualsToken,
  SyntaxKind.GreaterThanEqualsToken,
]);

const otherSign: Record<string, string> = { "+": "-", "-": "+", "+=": "-=", "-=": "+=" };

const otherBoundary: Record<string, string> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };

const whole = (node: ts.Node, source: ts.SourceFile, replacement: string): Edit => [
  node.getStart(source),
  node.end,
  replacement,
];

/** Exchanges two pieces and keeps what stands between them. */
function exchange(first: ts.Node, second: ts.Node, source: ts.SourceFile): Edit[] {
  const [one, other] = [first.getText(source), second.getText(source)];
  if (one === other) return [];
  const between = source.text.slice(first.end, second.getStart(source));
  return [[first.getStart(source), second.end, other + between + one]];
}

const swapOperands: Find = (node, source) =>
  ts.isBinaryExpression(node) && ordered.has(node.operatorToken.kind)
    ? exchange(node.left, node.right, source)
    : [];

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) ||
  (ts.isBinaryExpression(node) && (isText(node.left) || isText(node.right)));

const flipSign: Find = (node, source) => {
  if (ts.isPrefixUnaryExpression(node) && node.operator === SyntaxKind.MinusToken) {
    return [whole(node, source, node.operand.getText(source))];
  }
  if (!ts.isBinaryExpression(node) || isText(node)) return [];
  const sign = otherSign[node.operatorToken.getText(source)];
  return sign === undefined ? [] : [whole(node.operatorToken, source, sign)];
};

/** The other side of a comparison's boundary, or one more than a whole number. */
const moveBoundary: Find = (node, source) => {
  if (ts.isBinaryExpression(node)) {
    const boundary = otherBoundary[node.operatorToken.getText(source)];
    return boundary === undefined ? [] : [whole(node.operatorToken, source, boundary)];
  }
  if (
    !ts.isNumericLiteral(node) || ts.isPropertyAssignment(node.parent) && node.parent.name === node
  ) {
    return [];
  }
  const value = Number(node.text);
  return Number.isSafeInteger(value) ? [whole(node, source, `${value + 1}`)] : [];
};

const calledIn = (node: ts.Expression): ts.CallExpression | undefined =>
  ts.isCallExpression(node)
    ? node
    : ts.isAwaitExpression(node) || ts.isVoidExpression(node)
    ? calledIn(node.expression)
    : undefined;

/** A call whose result nobody reads goes; another leaves what it is called on, or its first argument. */
const dropCall: Find = (node, source) => {
  if (ts.isExpressionStatement(node)) {
    const call = calledIn(node.expression);
    const isSuper = call?.expression.kind === SyntaxKind.SuperKeyword;
    return call === undefined || isSuper ? [] : [whole(node, source, ";")];
  }
  if (!ts.isCallExpression(node) || ts.isExpressionStatement(node.parent)) return [];
  const { expression, arguments: [argument] } = node;
  const kept = [
    ts.isPropertyAccessExpression(expression) ? expression.expression : undefined,
    argument !== undefined && !ts.isSpreadElement(argument) ? argument : undefined,
  ];
  return kept.flatMap((rest) =>
    rest === undefined ? [] : [whole(node, source, `(${rest.getText(source)})`)]
  );
};

/** What decides: of an `if`, a loop, a `?:`, and the left side of `&&` and `||`. */
function conditionOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) {
    return node.expression;
  }
  if (ts.isConditionalExpression(node) || ts.isForStatement(node)) return node.condition;
  if (!ts.isBinaryExpression(node)) return undefined;
  const { kind } = node.operatorToken;
  return kind === SyntaxKind.AmpersandAmpersandToken || kind === SyntaxKind.BarBarToken
    ? node.left
    : undefined;
}

const negateCondition: Find = (node, source) => {
  const condition = conditionOf(node);
  return condition === undefined
    ? []
    : [whole(condition, source, `!(${condition.getText(source)})`)];
};

const exchangeArguments: Find = (node, source) => {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
  const list = node.arguments ?? [];
  return list.slice(1).flatMap((argument, i) => {
    const before = list[i] as ts.Expression;
    const isSpread = ts.isSpreadElement(before) || ts.isSpreadElement(argument);
    return isSpread ? [] : exchange(before, argument, source);
  });
};

const operators: Record<Operator, Find> = {
  "swap operands": swapOperands,
  "flip sign": flipSign,
  "move boundary": moveBoundary,
  "drop call": dropCall,
  "negate condition": negateCondition,
  "exchange arguments": exchangeArguments,
};

/**
 * Every mutant of a file, in the order of its text. Types and imports have none: what is wrong there, the type check
 * finds.
 *
 * @param file the file's name, relative to the repository
 * @param text what stands in it
 */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    for (const [operator, find] of Object.entries(operators) as [Operator, Find][]) {
      for (const [start, end, replacement] of find(node, source)) {
        const line = source.getLineAndCharacterOfPosition(start).line + 1;
        found.push({ file, operator, line, start, end, replacement });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A file's text with the mutant in it. */
export function mutated(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** The lines that a mutant changes, before and after, each without the space around it. */
export function changedLines(text: string, mutant: Mutant): { before: string; after: string } {
  const from = text.lastIndexOf("\n", mutant.start - 1) + 1;
  const next = text.indexOf("\n", mutant.end);
  const to = next < 0 ? text.length : next;
  const tail = text.slice(mutant.end, to);
  const oneLine = (piece: string) => piece.replace(/\s+/g, " ").trim();
  return {
    before: oneLine(text.slice(from, to)),
    after: oneLine(text.slice(from, mutant.start) + mutant.replacement + tail),
  };
}

/*
 * The filter language. One rule per level of precedence, loosest first; every level is a loop, so a flat chain of any
 * length makes a flat tree, and almost every decision needs one token of look-ahead.
 */
grammar FilterGrammar;

filter
    : expression EOF
    ;

expression
    : conjunction (OR conjunction)*
    ;

conjunction
    : equality (AND equality)*
    ;

equality
    : relation ((EQUAL | NOT_EQUAL) relation)*
    ;

// Two in one direction are a range: 1 < x <= 5.
relation
    : membership ((LESS | LESS_EQUAL | GREATER | GREATER_EQUAL) membership)*
    ;

membership
    : sum (NOT? IN (list | template))?
    ;

sum
    : product ((PLUS | MINUS) product)*
    ;

product
    : unary ((TIMES | DIVIDE | MODULO) unary)*
    ;

// A power binds tighter than the signs before it: -2 ** 2 is -4.
unary
    : (NOT | PLUS | MINUS)* postfix (POWER exponent)*
    ;

exponent
    : (PLUS | MINUS)* postfix
    ;

postfix
    : primary (NOT? LIKE (STRING | template) | IS NOT? NULL)?
    ;

primary
    : INTEGER
    | FLOAT
    | STRING
    | MOMENT
    | BOOLEAN
    | template
    | list
    | EXISTS (reference | LEFT_PARENTHESIS reference RIGHT_PARENTHESIS)
    | reference
    | LEFT_PARENTHESIS expression RIGHT_PARENTHESIS
    ;

// A field, a path into JSON, or a function call.
reference
    : IDENTIFIER (arguments | subscript*)
    ;

subscript
    : LEFT_BRACKET (STRING | INTEGER) RIGHT_BRACKET
    ;

arguments
    : LEFT_PARENTHESIS (expression (COMMA expression)*)? RIGHT_PARENTHESIS
    ;

template
    : LEFT_BRACE IDENTIFIER RIGHT_BRACE
    ;

// Constants between commas. Loose on purpose: a rule for elements would cost a tree node for each of a million
// constants; the reader of the list checks that commas and constants alternate.
list
    : LEFT_BRACKET (PLUS | MINUS | INTEGER | FLOAT | STRING | MOMENT | BOOLEAN | COMMA | template | list)* RIGHT_BRACKET
    ;

AND: '&&' | 'and' | 'AND';
OR: '||' | 'or' | 'OR';
NOT: '!' | 'not' | 'NOT';
IN: 'in' | 'IN';
LIKE: 'like' | 'LIKE';
IS: 'is' | 'IS';
NULL: 'null' | 'NULL';
EXISTS: 'exists' | 'EXISTS';
BOOLEAN: 'true' | 'True' | 'TRUE' | 'false' | 'False' | 'FALSE';

EQUAL: '==';
NOT_EQUAL: '!=';
LESS_EQUAL: '<=';
LESS: '<';
GREATER_EQUAL: '>=';
GREATER: '>';
POWER: '**';
PLUS: '+';
MINUS: '-';
TIMES: '*';
DIVIDE: '/';
MODULO: '%';
LEFT_PARENTHESIS: '(';
RIGHT_PARENTHESIS: ')';
LEFT_BRACKET: '[';
RIGHT_BRACKET: ']';
LEFT_BRACE: '{';
RIGHT_BRACE: '}';
COMMA: ',';

// Known so that they are named in the message that refuses them.
BITWISE: '&' | '|' | '^' | '~' | '<<' | '>>';
ASSIGN: '=';

INTEGER
    : [0-9]+
    | '0' [xX] [0-9a-fA-F]+
    | '0' [bB] [01]+
    ;

FLOAT
    : [0-9]+ '.' [0-9]* EXPONENT?
    | '.' [0-9]+ EXPONENT?
    | [0-9]+ EXPONENT
    | '0' [xX] ([0-9a-fA-F]+ '.'? [0-9a-fA-F]* | '.' [0-9a-fA-F]+) [pP] [+-]? [0-9]+
    ;

STRING
    : '"' (~["\\\r\n] | '\\' ~[\r\n])* '"'
    | '\'' (~['\\\r\n] | '\\' ~[\r\n])* '\''
    ;

MOMENT
    : ('iso' | 'ISO') [ \t\r\n]* STRING
    ;

IDENTIFIER
    : [a-zA-Z_$] [a-zA-Z_0-9]*
    ;

BLANK
    : [ \t\r\n]+ -> skip
    ;

// Words and numbers that run into each other are one mistake, not two tokens.
MALFORMED
    : [0-9] [a-zA-Z_0-9]*
    ;

UNKNOWN
    : .
    ;

fragment EXPONENT
    : [eE] [+-]? [0-9]+
    ;

import { generatorOf } from '../../src/yeoman/generator-for.ts';
import { updateTask } from '../../src/yeoman/update-task.ts';

export default generatorOf(updateTask);
